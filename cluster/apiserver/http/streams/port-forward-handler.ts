import type { Duplex } from 'node:stream'
import { ApiError } from '../../../apimachinery/errors.ts'
import type { NodeConnector, PodLocalhost } from '../../node-connector.ts'
import { badRequest } from '../../registry/refusals.ts'
import type { Resource } from '../../resource.ts'
import { answerText, type Exchange } from '../exchange.ts'
import type { Served } from '../resource-answers.ts'
import { placedPod } from './placed-pod.ts'
import { forwardChannels } from './port-forward-channels.ts'
import { ForwardedStreams } from './port-forward-streams.ts'
import { acceptSpdy, offeredStreamProtocols } from './spdy.ts'
import { SpdyConnection } from './spdy-connection.ts'
import { acceptWebSocket, offeredProtocols } from './web-socket.ts'

const PORT_FORWARD = 'portforward.k8s.io'
/** SPDY/3.1 through a WebSocket: kubectl since 1.31. */
const TUNNEL = `SPDY/3.1+${PORT_FORWARD}`
const CHANNELS = 'v4.channel.k8s.io'

/** pods/portforward: SPDY/3.1, bare or through a WebSocket, or one WebSocket with a pair of channels for each port. */
export async function servePortForward(
  served: Served,
  exchange: Exchange,
  resource: Resource,
  connector: NodeConnector,
): Promise<void> {
  const { query, upgrade } = exchange
  const pod = placedPod(served, exchange, resource)
  const ports = query.getAll('ports').flatMap((text) => text.split(','))
  const wrong = ports.find((port) => !/^\d{1,5}$/.test(port))
  if (wrong !== undefined) {
    throw badRequest(`cannot convert to []int32: strconv.ParseUint: parsing ${JSON.stringify(wrong)}: invalid syntax`)
  }
  if (!upgrade) throw badRequest('Upgrade request required')
  let localhost: PodLocalhost
  try {
    localhost = await connector.localhost(pod)
  } catch (error) {
    if (error instanceof ApiError) throw error
    return answerText(exchange, 500, (error as Error).message)
  }
  const forward = new ForwardedStreams(localhost)
  if (upgrade.protocol !== 'websocket') {
    const offered = offeredStreamProtocols(upgrade)
    if (!offered.includes(PORT_FORWARD)) {
      const why = `client supports [${offered.join(' ')}], server accepts [${PORT_FORWARD}]`
      return answerText(exchange, 403, `unable to upgrade: unable to negotiate protocol: ${why}`)
    }
    return await acceptSpdy(upgrade, PORT_FORWARD, (stream) => forward.accept(stream)).closed
  }
  const offered = offeredProtocols(upgrade)
  if (offered.includes(TUNNEL)) {
    const { createWebSocketStream } = await import('ws')
    const duplex: Duplex = createWebSocketStream(await acceptWebSocket(upgrade, TUNNEL))
    return await new SpdyConnection(duplex, (stream) => forward.accept(stream)).closed
  }
  if (!offered.includes(CHANNELS)) return answerText(exchange, 403, '')
  if (ports.length === 0) return answerText(exchange, 400, 'query parameter "port" is required')
  const none = ports.find((port) => Number(port) < 1 || Number(port) > 65_535)
  if (none !== undefined) return answerText(exchange, 400, `port ${JSON.stringify(none)} must be > 0`)
  await forwardChannels(await acceptWebSocket(upgrade, CHANNELS), ports.map(Number), localhost)
}
