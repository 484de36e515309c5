import type { WebSocket } from 'ws'
import type { Upgrade } from '../exchange.ts'

/** What one message may hold: kubectl sends 32 KiB at most. */
const MAX_BYTES = 4 * 1024 * 1024

/** The subprotocols that a client offers, the one it likes best first. */
export function offeredProtocols({ request }: Upgrade): readonly string[] {
  const header = request.headers['sec-websocket-protocol'] ?? ''
  return header.split(',').map((name) => name.trim())
}

/**
 * Answers a WebSocket's handshake. `protocol` is said in the answer whatever its name: `ws` itself would refuse
 * `SPDY/3.1+portforward.k8s.io`, in which the slash is against RFC 6455. Rejects when the client goes away meanwhile.
 */
export async function acceptWebSocket(upgrade: Upgrade, protocol: string): Promise<WebSocket> {
  const { WebSocketServer } = await import('ws')
  const { request, socket, head } = upgrade
  upgrade.leaveHttp()
  const server = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: MAX_BYTES })
  server.on('headers', (lines) => lines.push(`Sec-WebSocket-Protocol: ${protocol}`))
  delete request.headers['sec-websocket-protocol']
  return await new Promise((resolve, reject) => {
    const gone = () => reject(new Error('the client went away'))
    socket.once('close', gone)
    server.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off('close', gone)
      // A close follows each error.
      webSocket.on('error', () => {})
      resolve(webSocket)
    })
  })
}
