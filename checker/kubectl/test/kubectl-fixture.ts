import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { RealClock } from '../../../cluster/apimachinery/clock.ts'
import { type ApiServer, startApiServer } from '../../../cluster/apiserver/api-server.ts'
import type { NodeConnector } from '../../../cluster/apiserver/node-connector.ts'
import { credentialsOf } from '../../../cluster/daemon/credentials.ts'
import { kubeconfig } from '../../../cluster/daemon/kubeconfig.ts'
import { StateFolder } from '../../../cluster/daemon/state-folder.ts'
import { noNodes } from '../../../test/harness/no-nodes.ts'
import { run } from '../run.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A folder to work in, with a kubeconfig, and kubectl run in this process. */
export class KubectlFixture {
  readonly folder: string
  readonly kubeconfig: string

  constructor(folder: string, file = path.join(folder, 'kubeconfig')) {
    this.folder = folder
    this.kubeconfig = file
  }

  file(name: string, text: string): string {
    writeFileSync(path.join(this.folder, name), text)
    return name
  }

  /** Runs a command, its words parted by spaces or given one by one. `stdin` is what is piped in. */
  async kubectl(
    line: string | readonly string[],
    { stdin = '', signal = new AbortController().signal, heard = (_: string) => {} } = {},
  ): Promise<Ran> {
    const argv = typeof line === 'string' ? line.split(' ') : line
    let out = ''
    let err = ''
    const code = await run(argv, {
      env: { ...process.env, KUBECONFIG: this.kubeconfig },
      cwd: this.folder,
      stdout: (text) => {
        out += textOf(text)
        heard(out)
      },
      stderr: (text) => {
        err += textOf(text)
      },
      stdin: async () => stdin,
      keyboard: () => ({ input: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]) }),
      signal,
    })
    return { code, out, err }
  }
}

function textOf(text: string | Uint8Array): string {
  return typeof text === 'string' ? text : Buffer.from(text).toString()
}

/** An API server of our own without controllers; what its pods "logged" is made up here, and `nodes` says the rest. */
export async function kubectlWithServer(nodes: Partial<NodeConnector> = {}): Promise<{
  fixture: KubectlFixture
  server: ApiServer
  close(): Promise<void>
}> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubectl-test-'))
  const state = new StateFolder(path.join(folder, 'state'))
  state.create()
  const credentials = await credentialsOf(state)
  const connector: NodeConnector = {
    ...noNodes,
    async logs(pod, container, { tailLines, previous }) {
      const lines = [`${pod.metadata.name} ${container} one`, 'two', previous ? 'before' : 'three']
      return Readable.from(lines.slice(tailLines === undefined ? 0 : -tailLines).map((line) => `${line}\n`))
    },
    ...nodes,
  }
  const server = await startApiServer({
    stateFolder: state.etcd,
    port: 0,
    tls: { key: credentials.key, cert: credentials.certificate },
    token: credentials.token,
    clock: new RealClock(),
    connector,
  })
  const fixture = new KubectlFixture(folder)
  writeFileSync(fixture.kubeconfig, kubeconfig(server.url, credentials))
  return {
    fixture,
    server,
    async close() {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
