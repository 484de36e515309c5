import type { Arguments } from './flags.ts'
import type { Io } from './io.ts'
import { KubeConfig } from './kubeconfig.ts'
import { discover, type Resource } from './resource.ts'
import { Server } from './server.ts'

/** One run of kubectl: what was typed, and the cluster that it is about. The server is spoken to only when asked for. */
export class Session {
  readonly io: Io
  readonly flags: Arguments
  #config: KubeConfig | undefined
  #server: Server | undefined
  #resources: Promise<readonly Resource[]> | undefined

  constructor(io: Io, flags: Arguments) {
    this.io = io
    this.flags = flags
  }

  get config(): KubeConfig {
    const file = this.flags.text('kubeconfig')
    const context = this.flags.text('context')
    this.#config ??= KubeConfig.load(this.io, { ...(file !== undefined && { file }), ...(context && { context }) })
    return this.#config
  }

  get server(): Server {
    if (!this.#server) {
      const server = this.flags.text('server')
      const connection = this.config.connection()
      this.#server = new Server(server ? { ...connection, server } : connection, this.io)
    }
    return this.#server
  }

  /** The words after the command. */
  get words(): readonly string[] {
    return this.flags.words.slice(1)
  }

  get namespace(): string {
    return this.flags.text('namespace') || this.config.namespace
  }

  /** Undefined with -A. */
  get scope(): string | undefined {
    return this.flags.on('all-namespaces') ? undefined : this.namespace
  }

  resources(): Promise<readonly Resource[]> {
    this.#resources ??= discover(this.server)
    return this.#resources
  }

  print(text: string): void {
    this.io.stdout(`${text}\n`)
  }

  note(text: string): void {
    this.io.stderr(`${text}\n`)
  }

  close(): void {
    this.#server?.close()
  }
}
