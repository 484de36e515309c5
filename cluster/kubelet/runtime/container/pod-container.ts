import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { type ContainerSettings, SETTINGS_VARIABLE } from '../preload/container-settings.ts'
import { preloadFile } from '../processes/bundles.ts'
import type { ControlServer } from '../processes/control-server.ts'
import type { Reaper } from '../processes/reaper.ts'
import {
  type Container,
  type ContainerConfig,
  type ExecResult,
  type Exit,
  type Signal,
  StartError,
  type Usage,
} from '../runtime.ts'
import { type Program, programOf } from './command.ts'
import { ContainerFolder } from './container-folder.ts'
import { containerEnvironment } from './environment.ts'
import { userOf } from './files.ts'
import { LogWriter } from './log-writer.ts'
import { MemoryGuard } from './memory-guard.ts'
import { NodeProcess } from './node-process.ts'
import type { PodSandbox } from './pod-sandbox.ts'

/** What a container needs of the runtime that it belongs to. */
export interface RuntimeParts {
  /** Holds a folder for each container. */
  readonly folder: string
  readonly control: ControlServer
  readonly reaper: Reaper
}

/** A container: its folder, its processes and its log. */
export class PodContainer implements Container {
  readonly id = randomBytes(32).toString('hex')
  readonly exited: Promise<Exit>
  readonly #parts: RuntimeParts
  readonly #sandbox: PodSandbox
  readonly #config: ContainerConfig
  readonly #folder: ContainerFolder
  readonly #processes = new Set<NodeProcess>()
  #startedAt = 0
  #main: NodeProcess | undefined
  #guard: MemoryGuard | undefined
  #settle: (exit: Exit) => void = () => {}
  /** Set once the container's folder is gone. */
  #message: string | undefined

  private constructor(parts: RuntimeParts, sandbox: PodSandbox, config: ContainerConfig) {
    this.#parts = parts
    this.#sandbox = sandbox
    this.#config = config
    this.#folder = new ContainerFolder(path.join(parts.folder, this.id.slice(0, 16)), config)
    this.exited = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  /** Makes the container's folder and starts its command. Throws StartError; then nothing of it is left. */
  static async start(parts: RuntimeParts, sandbox: PodSandbox, config: ContainerConfig): Promise<PodContainer> {
    const container = new PodContainer(parts, sandbox, config)
    try {
      await container.#start()
      return container
    } catch (error) {
      await container.#folder.remove()
      if (error instanceof StartError) throw error
      throw new StartError('RunContainerError', (error as Error).message)
    }
  }

  get startedAt(): number {
    return this.#startedAt
  }

  signal(signal: Signal): void {
    if (signal === 'SIGKILL') for (const running of this.#processes) running.signal(signal)
    else this.#main?.signal(signal)
  }

  async usage(): Promise<Usage | undefined> {
    const used = await Promise.all([...this.#processes].map((running) => running.usage()))
    const known = used.filter((usage) => usage !== undefined)
    if (known.length === 0) return undefined
    return {
      cpuNanoseconds: known.reduce((sum, usage) => sum + usage.cpuNanoseconds, 0),
      memoryBytes: known.reduce((sum, usage) => sum + usage.memoryBytes, 0),
    }
  }

  async terminationMessage(): Promise<string> {
    return this.#message ?? this.#folder.terminationMessage()
  }

  async exec(): Promise<ExecResult> {
    throw new Error('not yet')
  }

  async #start(): Promise<void> {
    const { image, command, args, memoryLimitBytes, logPath } = this.#config
    const program = programOf([...(command ?? image.config.entrypoint), ...(args ?? (command ? [] : image.config.cmd))])
    const env = containerEnvironment(image.config.env, this.#config.env, {
      hostname: this.#sandbox.config.hostname,
      home: userOf(image.config.user).home,
    })
    await this.#folder.make(this.#config, this.#sandbox.config)
    const cwd = await this.#folder.workingFolder(this.#config.workingDir ?? image.config.workingDir)
    const log = await LogWriter.open(logPath, this.#folder.rootfs)
    try {
      this.#main = await this.#run(program, env, cwd)
    } catch (error) {
      await log.close()
      throw error
    }
    this.#startedAt = Date.now()
    log.pump(this.#main.stdout, 'stdout')
    log.pump(this.#main.stderr, 'stderr')
    if (memoryLimitBytes !== undefined) {
      this.#guard = new MemoryGuard(
        memoryLimitBytes,
        () => this.usage(),
        () => this.signal('SIGKILL'),
      )
    }
    this.#finish(this.#main, log)
  }

  async #finish(main: NodeProcess, log: LogWriter): Promise<void> {
    const { code, signal } = await main.exited
    const finishedAt = Date.now()
    this.#guard?.stop()
    for (const other of this.#processes) other.signal('SIGKILL')
    await log.close()
    this.#message = await this.#folder.terminationMessage()
    await this.#folder.remove()
    const oomKilled = this.#guard?.killed ?? false
    this.#settle({ code, ...(signal === undefined ? {} : { signal }), oomKilled, finishedAt })
  }

  async #run(program: Program, env: Readonly<Record<string, string>>, cwd: string): Promise<NodeProcess> {
    if (program.kind !== 'node') throw new StartError('RunContainerError', 'not yet')
    const file = await this.#folder.entryFile(program.file, cwd)
    const preload = await preloadFile()
    const { control, reaper } = this.#parts
    const { config, socketPrefix, gatewayIp } = this.#sandbox
    let running: NodeProcess | undefined
    let ready: (() => void) | undefined
    const sockets = new Set<string>()
    const token = control.admit({
      ready: (peer) => {
        ready = () => running?.ready((answer) => peer.tell(answer))
        ready()
      },
      connect: (host, port) => this.#sandbox.connect(host, port),
      lookup: (name) => this.#sandbox.lookup(name),
      listening: (socket) => sockets.add(socket),
      closed: (socket) => sockets.delete(socket),
      usage: (usage) => running?.reportUsage(usage),
    })
    const { memoryLimitBytes } = this.#config
    const settings: ContainerSettings = {
      control: control.path,
      token,
      hostname: config.hostname,
      podIp: config.ip,
      gatewayIp,
      socketPrefix,
      rootfs: this.#folder.rootfs,
      mounts: this.#folder.mounts,
      cwd,
      user: userOf(this.#config.image.config.user),
      ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
      execArgv: program.flags,
    }
    const writable = this.#folder.mounts.filter(({ readOnly }) => !readOnly).map(({ source }) => source)
    try {
      running = await NodeProcess.start({
        nodeArgs: ['--require', preload, ...program.flags, file, ...program.args],
        env: { ...env, [SETTINGS_VARIABLE]: JSON.stringify(settings) },
        cwd: this.#folder.table.resolve('.', cwd, true).host,
        read: [
          this.#folder.path,
          preload,
          ...this.#folder.mounts.map(({ source }) => source),
          ...this.#sandbox.folders,
        ],
        write: [this.#folder.path, ...writable],
        reaper,
        stdin: false,
      })
    } catch (error) {
      control.dismiss(token)
      throw error
    }
    ready?.()
    const started = running
    this.#processes.add(started)
    started.exited.then(() => {
      this.#processes.delete(started)
      control.dismiss(token)
      for (const socket of sockets) this.#sandbox.removeSocket(socket)
    })
    return started
  }
}
