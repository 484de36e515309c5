import { request as httpRequest } from 'node:http'
import type { Socket } from 'node:net'
import { failure } from '../../apimachinery/errors.ts'
import type { EndpointSlice, Pod, Service } from '../../apimachinery/objects.ts'
import type { NodeConnector } from '../node-connector.ts'
import { hostOf } from '../registry/host.ts'
import { badRequest, notFound } from '../registry/refusals.ts'
import type { Resource } from '../resource.ts'
import type { Exchange } from './exchange.ts'
import type { Served } from './resource-answers.ts'

/** Headers that belong to one connection and are not passed on. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'proxy-authorization']

/** Go's words for what the system says. */
const GO_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  ECONNRESET: 'read: connection reset by peer',
  EHOSTUNREACH: 'connect: no route to host',
  ETIMEDOUT: 'i/o timeout',
}

interface Target {
  readonly ip: string
  readonly port: number
}

/** `/proxy` of pods and services: passes the request on to the pod, or to one of the service's ready endpoints. */
export async function serveProxy(
  served: Served,
  exchange: Exchange,
  resource: Resource,
  connector: NodeConnector,
): Promise<void> {
  const { info, request, response, query } = exchange
  const { upgrade } = request.headers
  if (upgrade)
    throw badRequest(`upgrade to ${JSON.stringify(upgrade)} is not supported: this proxy carries plain requests`)
  const { ip, port } = targetOf(served, exchange, resource)
  let socket: Socket
  try {
    socket = (await connector.dial(ip, port)) as Socket
  } catch (error) {
    throw unreachable(ip, port, error)
  }
  const headers = { ...request.headers }
  for (const header of [...HOP_BY_HOP, 'authorization']) delete headers[header]
  // A body of unknown length goes on as such; Node would only think of that for POST and PUT.
  if (request.headers['transfer-encoding']) headers['transfer-encoding'] = 'chunked'
  headers['x-forwarded-uri'] = info.path
  const search = query.size > 0 ? `?${query}` : ''
  await new Promise<void>((resolve, reject) => {
    const path = (info.rest || '/') + search
    const onward = httpRequest({ method: request.method, path, headers, createConnection: () => socket }, (answer) => {
      const kept = { ...answer.headers }
      for (const header of HOP_BY_HOP) delete kept[header]
      response.writeHead(answer.statusCode ?? 502, kept)
      answer.pipe(response)
      answer.on('end', resolve)
      answer.on('error', reject)
    })
    onward.on('error', (error) => reject(unreachable(ip, port, error)))
    response.on('close', () => {
      onward.destroy()
      resolve()
    })
    request.pipe(onward)
  })
}

function unreachable(ip: string, port: number, error: unknown) {
  const { code = '', message: text = String(error) } = error as NodeJS.ErrnoException
  const why = GO_WORDS[code] ?? text
  const message = `error trying to reach service: dial tcp ${ip}:${port}: ${why}`
  return failure(503, 'ServiceUnavailable', message)
}

/** Reads `name`, `name:port`, `scheme:name:port` (also with nothing for the port). */
function splitName(text: string): { scheme: string; name: string; port: string } {
  const parts = text.split(':')
  if (parts.length === 1) return { scheme: '', name: text, port: '' }
  if (parts.length === 2) return { scheme: '', name: parts[0] ?? '', port: parts[1] ?? '' }
  const [scheme = '', name = '', port = ''] = parts
  if (parts.length > 3 || (scheme !== 'http' && scheme !== 'https'))
    throw badRequest(`invalid service request "${text}"`)
  return { scheme, name, port }
}

function targetOf({ registry }: Served, { info }: Exchange, resource: Resource): Target {
  const { name, port } = splitName(info.name ?? '')
  const host = hostOf(registry, false)
  if (resource.name === 'v1 Pod') {
    const pod = host.get('v1 Pod', info.namespace, name)
    if (!pod) throw notFound(resource, name)
    return podTarget(pod, port)
  }
  const service = host.get('v1 Service', info.namespace, name)
  if (!service) throw notFound(resource, name)
  const slices = host.list('discovery.k8s.io/v1 EndpointSlice', info.namespace)
  const target = serviceTarget(service, port, slices)
  if (target) return target
  const shown = info.name?.includes(':') ? name : name
  throw failure(503, 'ServiceUnavailable', `no endpoints available for service ${JSON.stringify(shown)}`)
}

/** The port in the path, else the first that a container declares, else 80. */
function podTarget({ metadata, spec, status }: Pod, port: string): Target {
  const ip = status.podIP
  if (!ip) throw badRequest('address not allowed')
  const ports = spec.containers.flatMap(({ ports = [] }) => ports)
  if (port === '') return { ip, port: ports[0]?.containerPort ?? 80 }
  const named = ports.find(({ name }) => name === port)?.containerPort
  const number = named ?? Number(port)
  if (!Number.isInteger(number)) throw badRequest(`invalid port "${port}" of pod ${metadata.name}`)
  return { ip, port: number }
}

/** A ready endpoint of the port with this name or number; of a service with one port, that one. */
function serviceTarget(
  { metadata, spec }: Service,
  asked: string,
  slices: readonly EndpointSlice[],
): Target | undefined {
  const ports = spec.ports ?? []
  const port = asked === '' ? ports[0] : ports.find((each) => each.name === asked || String(each.port) === asked)
  if (!port) return undefined
  const targets: Target[] = []
  for (const slice of slices) {
    if (slice.metadata.labels?.['kubernetes.io/service-name'] !== metadata.name) continue
    const number = (slice.ports ?? []).find((each) => (each.name ?? '') === (port.name ?? ''))?.port
    if (number === undefined) continue
    for (const { addresses, conditions } of slice.endpoints ?? []) {
      const [ip] = addresses
      if (ip && conditions?.ready !== false) targets.push({ ip, port: number })
    }
  }
  return targets[Math.floor(Math.random() * targets.length)]
}
