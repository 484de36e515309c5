import { ApiError } from '../../../apimachinery/errors.ts'
import type { Pod } from '../../../apimachinery/objects.ts'
import type { NodeConnector, ReachedContainer } from '../../node-connector.ts'
import { badRequest } from '../../registry/refusals.ts'
import type { Resource } from '../../resource.ts'
import { answerText, type Exchange, type Upgrade } from '../exchange.ts'
import { containerOf } from '../pod-container.ts'
import { isTrue } from '../request-info.ts'
import type { Served } from '../resource-answers.ts'
import { webSocketChannels } from './command-channels.ts'
import { spdyChannels } from './command-spdy.ts'
import { endStatus, failureStatus, internalError } from './command-status.ts'
import type { WantedStreams } from './command-streams.ts'
import { placedPod } from './placed-pod.ts'
import { offeredStreamProtocols } from './spdy.ts'
import { acceptWebSocket, offeredProtocols } from './web-socket.ts'

const [V5, V4] = ['v5.channel.k8s.io', 'v4.channel.k8s.io']

/**
 * pods/exec and pods/attach, over a WebSocket or SPDY/3.1. Follows the kubelet's streaming server (pkg/kubelet's cri/streaming) and,
 * for version 5, the API server's StreamTranslatorHandler: there even a refusal comes on the error channel.
 */
export async function serveCommand(
  served: Served,
  exchange: Exchange,
  resource: Resource,
  connector: NodeConnector,
): Promise<void> {
  const { query, info, upgrade } = exchange
  const asked = query.get('container')
  const pod = placedPod(served, exchange, resource, (found) => containerOf(found, asked))
  const container = containerOf(pod, asked)
  if (!upgrade) throw badRequest('Upgrade request required')
  const wanted = wantedStreams(query)
  const command = query.getAll('command')
  const isWebSocket = upgrade.protocol === 'websocket'
  const offered = isWebSocket ? offeredProtocols(upgrade) : offeredStreamProtocols(upgrade)
  const translated = isWebSocket && offered.includes(V5)
  const reached = wanted.none
    ? 'you must specify at least 1 of stdin, stdout, stderr'
    : await reach(connector, pod, container)
  if (typeof reached === 'string' && !translated) return answerText(exchange, wanted.none ? 400 : 500, reached)
  if (!translated && !offered.includes(V4)) return refuse(exchange, upgrade, offered)
  const channels = isWebSocket
    ? webSocketChannels(await acceptWebSocket(upgrade, translated ? V5 : V4), wanted, translated ? 5 : 4)
    : await spdyChannels(upgrade, V4, wanted)
  if (typeof reached === 'string') return await channels.end(internalError(`unable to upgrade connection: ${reached}`))

  const teller = translated ? 'api-server' : 'kubelet'
  const ended =
    info.subresource === 'attach' ? reached.attach(channels.streams) : reached.exec(command, channels.streams)
  const status = await ended.then(
    (exitCode) => endStatus(exitCode, command, teller),
    (error: unknown) => failureStatus(error, teller),
  )
  await channels.end(status)
}

/** Gives why not when the container does not run. Throws ApiError when its node does not answer. */
async function reach(connector: NodeConnector, pod: Pod, container: string): Promise<ReachedContainer | string> {
  try {
    return await connector.reach(pod, container)
  } catch (error) {
    if (error instanceof ApiError) throw error
    return (error as Error).message
  }
}

function refuse(exchange: Exchange, { protocol }: Upgrade, offered: readonly string[]): void {
  const why = `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${V4}]`
  answerText(exchange, 403, protocol === 'websocket' ? '' : why)
}

function wantedStreams(query: URLSearchParams): WantedStreams & { readonly none: boolean } {
  const [stdin, stdout, stderr, tty] = ['stdin', 'stdout', 'stderr', 'tty'].map((name) => isTrue(query.get(name)))
  return { stdin: !!stdin, stdout: !!stdout, stderr: !!stderr, tty: !!tty, none: !stdin && !stdout && !stderr }
}
