import type { Duplex, Readable } from 'node:stream'
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
}
