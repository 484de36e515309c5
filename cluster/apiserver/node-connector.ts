import type { Duplex, Readable, Writable } from 'node:stream'
import type { Pod } from '../apimachinery/objects.ts'

export interface LogOptions {
  readonly follow: boolean
  readonly previous: boolean
  readonly timestamps: boolean
  readonly tailLines?: number
  readonly limitBytes?: number
  /** Milliseconds since the epoch. */
  readonly since?: number
}

/** The API server's way to a node: what kube-apiserver asks of a kubelet and of the pod network. */
export interface NodeConnector {
  /** A container's log. Throws ApiError as the kubelet answers: waiting to start, no previous container, … */
  logs(pod: Pod, container: string, options: LogOptions): Promise<Readable>
  /** A connection to a pod's own address. Throws an error with `code: 'ECONNREFUSED'` when nothing listens there. */
  dial(ip: string, port: number): Promise<Duplex>
  /** A container that runs, for `exec` and `attach`. Throws an Error in the kubelet's words: `container not found ("main")`. */
  reach(pod: Pod, container: string): Promise<ReachedContainer>
  /** A pod's own localhost, for `port-forward`. Throws an Error in the kubelet's words: `pod not found ("web_default")`. */
  localhost(pod: Pod): Promise<PodLocalhost>
}

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** What joins a client to a command in a container. */
export interface CommandStreams {
  readonly stdin?: Readable
  readonly stdout?: Writable
  readonly stderr?: Writable
  /** The command is to have a terminal; then there is no stderr. */
  readonly tty: boolean
  /** The sizes of the client's terminal (TerminalSize), each when it has it. */
  readonly sizes: Readable
  /** Aborted when the client has gone away. */
  readonly gone: AbortSignal
}

export interface ReachedContainer {
  /** Runs a command. Resolves with its exit code when all its output is passed on; rejects, saying why, when it is not started. */
  exec(command: readonly string[], streams: CommandStreams): Promise<number>
  /** Joins the container's own process until it ends or the client goes; resolves with its exit code. */
  attach(streams: CommandStreams): Promise<number>
}

export interface PodLocalhost {
  /** As messages name it. */
  readonly sandbox: string
  /** Throws an error with `code: 'ECONNREFUSED'` when nothing listens there. */
  dial(port: number): Promise<Duplex>
}
