/** For tests: a runtime in a folder of its own, images made of files, and pods to run them in. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createRuntime, type LocalRuntime } from '../create-runtime.ts'
import type { PodNetwork } from '../pod-network.ts'
import { PodSockets } from '../pod-sockets.ts'
import type { Container, ContainerConfig, Image, Sandbox } from '../runtime.ts'

export interface Finished {
  readonly code: number
  readonly oomKilled: boolean
  /** Without times and tags. */
  readonly log: string
}

/** `store` is a Service whose endpoint is 10.244.1.99; other addresses of the cluster are pods, and the rest is outside. */
const network: PodNetwork = {
  lookup: async (_, name) => (name === 'store' ? ['10.96.0.7'] : []),
  route: async (_, address, port) => {
    if (address === '10.96.0.7') return { to: 'pod', ip: '10.244.1.99', port: 3000 }
    return address.startsWith('10.') ? { to: 'pod', ip: address, port } : { to: 'outside' }
  },
}

export class RuntimeFixture {
  readonly folder: string
  readonly runtime: LocalRuntime
  readonly sockets: PodSockets
  #count = 0

  private constructor(folder: string, runtime: LocalRuntime) {
    this.folder = folder
    this.runtime = runtime
    this.sockets = new PodSockets(folder)
  }

  static async open(): Promise<RuntimeFixture> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'runtime-'))
    return new RuntimeFixture(folder, await createRuntime({ stateFolder: folder }))
  }

  async close(): Promise<void> {
    await this.runtime.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  async image(
    files: Readonly<Record<string, string>>,
    cmd: readonly string[],
    base = 'node:24-alpine',
  ): Promise<Image> {
    this.#count += 1
    const rootfs = path.join(this.folder, `image-${this.#count}`)
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(rootfs, file)), { recursive: true })
      await writeFile(path.join(rootfs, file), text)
    }
    const config = { env: {}, entrypoint: [], cmd, workingDir: '/app', user: '', exposedPorts: [], labels: {}, base }
    return { id: `sha256:${this.#count}`, names: [], config, rootfs, builtIn: false }
  }

  sandbox(ip: string): Promise<Sandbox> {
    const pod = { uid: ip, namespace: 'default', name: 'web', hostname: 'web', ip, hostAliases: [], network }
    return this.runtime.createSandbox(pod)
  }

  config(image: Image, rest: Partial<ContainerConfig> = {}): ContainerConfig {
    this.#count += 1
    const logPath = path.join(this.folder, 'logs', `${this.#count}.log`)
    return {
      name: 'app',
      attempt: 0,
      image,
      env: {},
      mounts: [],
      logPath,
      terminationMessagePath: '/dev/termination-log',
      ...rest,
    }
  }

  /** A script as `node app.js` in a pod of its own, to its end. */
  async node(ip: string, script: string, rest: Partial<ContainerConfig> = {}): Promise<Finished> {
    return this.run(ip, await this.image({ 'app/app.js': script }, ['node', 'app.js']), rest)
  }

  /** A container in a pod of its own, to its end. */
  async run(ip: string, image: Image, rest: Partial<ContainerConfig> = {}): Promise<Finished> {
    const sandbox = await this.sandbox(ip)
    try {
      const config = this.config(image, rest)
      const { code, oomKilled } = await (await sandbox.start(config)).exited
      return { code, oomKilled, log: await this.log(config) }
    } finally {
      await sandbox.remove()
    }
  }

  async started(
    ip: string,
    image: Image,
    rest: Partial<ContainerConfig> = {},
  ): Promise<{ config: ContainerConfig; sandbox: Sandbox; container: Container }> {
    const sandbox = await this.sandbox(ip)
    const config = this.config(image, rest)
    return { config, sandbox, container: await sandbox.start(config) }
  }

  async log(config: ContainerConfig): Promise<string> {
    return (await readFile(config.logPath, 'utf8')).replace(/^\S+ (stdout|stderr) [FP] /gm, '')
  }

  /** Sends text to a pod's port and reads the answer to its end. */
  async ask(ip: string, port: number, text: string): Promise<string> {
    const socket = net.connect(this.sockets.path(ip, port))
    socket.end(text)
    let answer = ''
    for await (const chunk of socket) answer += chunk
    return answer
  }
}
