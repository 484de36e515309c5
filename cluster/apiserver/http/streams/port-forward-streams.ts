import { type Duplex, pipeline } from 'node:stream'
import type { PodLocalhost } from '../../node-connector.ts'
import type { SpdyStream } from './spdy-connection.ts'

/** Longest that a client may take between the two streams of a connection, ms. */
const PAIR_MS = 30_000

/**
 * The streams of a port-forward's SPDY connection: each forwarded TCP connection has two, `error` and `data`, which bear the same
 * request ID. Follows the kubelet's portforward/httpstream.go.
 */
export class ForwardedStreams {
  readonly #localhost: PodLocalhost
  readonly #waiting = new Map<string, { readonly stream: SpdyStream; readonly timer: NodeJS.Timeout }>()

  constructor(localhost: PodLocalhost) {
    this.#localhost = localhost
  }

  accept(stream: SpdyStream): void {
    const { headers } = stream
    const type = headers.get('streamtype')
    const port = Number(headers.get('port'))
    if ((type !== 'error' && type !== 'data') || !Number.isInteger(port) || port < 1 || port > 65_535) {
      stream.destroy()
      return
    }
    const id = headers.get('requestid') ?? String(type === 'error' ? stream.id : stream.id - 2)
    const other = this.#waiting.get(id)
    if (!other) {
      const timer = setTimeout(() => {
        this.#waiting.delete(id)
        stream.destroy()
      }, PAIR_MS)
      timer.unref()
      stream.once('close', () => clearTimeout(timer))
      this.#waiting.set(id, { stream, timer })
      return
    }
    clearTimeout(other.timer)
    this.#waiting.delete(id)
    const [data, error] = type === 'data' ? [stream, other.stream] : [other.stream, stream]
    void this.#forward(port, data, error)
  }

  async #forward(port: number, data: SpdyStream, error: SpdyStream): Promise<void> {
    let connection: Duplex
    try {
      connection = await this.#localhost.dial(port)
    } catch (cause) {
      error.end(notForwarded(port, this.#localhost, cause))
      data.end()
      return
    }
    join(connection, data)
    data.once('close', () => error.end())
  }
}

/** Passes bytes both ways until either side has gone; the end of one direction alone leaves the other open. */
export function join(connection: Duplex, client: Duplex): void {
  const broken = (failure?: Error | null) => {
    if (!failure) return
    connection.destroy()
    client.destroy()
  }
  pipeline(connection, client, broken)
  pipeline(client, connection, broken)
}

/** What the kubelet says on the error stream. */
export function notForwarded(port: number, { sandbox }: PodLocalhost, cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException
  const why = code === 'ECONNREFUSED' ? 'connect: connection refused' : message
  const tried = `IPv4: dial tcp4 127.0.0.1:${port}: ${why} IPv6 dial tcp6: address localhost: no suitable address found `
  return `error forwarding port ${port} to pod ${sandbox}, uid : failed to connect to localhost:${port} inside namespace "${sandbox}", ${tried}`
}
