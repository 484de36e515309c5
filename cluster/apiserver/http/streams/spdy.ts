import type { Upgrade } from '../exchange.ts'
import { SpdyConnection, type SpdyStream } from './spdy-connection.ts'

/** What a client offers in `X-Stream-Protocol-Version`, one header each or all in one. */
export function offeredStreamProtocols({ request }: Upgrade): readonly string[] {
  const header = request.headers['x-stream-protocol-version']
  return [header ?? ''].flat().flatMap((value) => value.split(',').map((name) => name.trim()))
}

/** Answers the upgrade to SPDY/3.1. `accept` gets each stream that the client opens. */
export function acceptSpdy(
  { socket, head, leaveHttp }: Upgrade,
  protocol: string,
  accept: (stream: SpdyStream) => void,
): SpdyConnection {
  leaveHttp()
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: SPDY/3.1']
  socket.write([...lines, `X-Stream-Protocol-Version: ${protocol}`, '', ''].join('\r\n'))
  if (head.length > 0) socket.unshift(head)
  return new SpdyConnection(socket, accept)
}
