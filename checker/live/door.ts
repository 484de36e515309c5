import type { Pod, Service, ServicePort } from '../../cluster/apimachinery/objects.ts'
import { resourceOf } from '../cluster/objects.ts'
import { pathOf } from '../cluster/resources.ts'
import { accepts } from './free-port.ts'
import { type Live, type Reference, refer } from './live.ts'
import { absent, missed, Settled } from './outcome.ts'
import { type Ask, askUrl, proxiedReply, type Reply } from './reply.ts'

const NODE_PORT = 'NodePort'
/** The reason of kube-proxy's event about a port that it could not open. */
const SKIPPED = 'FailedToStartServiceListener'

/** A way to a Service or a pod. */
export interface Door {
  /** As a report says it: `127.0.0.1:80 (load balancer)`. */
  readonly via: string
  /** The Service has addresses of its own, and none of them took a connection. */
  readonly shut?: boolean
  ask(path: string, how?: Ask): Promise<Reply>
}

/** The Service, or the end of the check when there is none. */
export async function serviceOf(live: Live, reference: Reference): Promise<Service> {
  const { name } = refer(reference)
  const service = await live.objects.get('v1 Service', live.namespace, name)
  if (!service) throw new Settled(absent(live, `service/${name}`))
  return service
}

/** The port that the reference names, else the first. Ends the check when the Service has none that takes TCP. */
export function portOf(service: Service, reference: Reference): ServicePort | undefined {
  const { name, port: wanted } = refer(reference)
  const ports = service.spec.ports ?? []
  if (wanted === undefined) return ports[0]
  const found = ports.find(({ port, protocol = 'TCP' }) => port === wanted && protocol === 'TCP')
  if (found) return found
  const shown = ports.map(({ port, protocol = 'TCP' }) => `${port}/${protocol}`).join(', ') || 'none'
  throw new Settled(missed('live-no-port', { what: `service/${name}`, wanted, found: shown }))
}

/** The way in from outside: the load balancer's address, then a node's port, then the API server's own proxy. */
export async function doorTo(live: Live, reference: Reference): Promise<Door> {
  const service = await serviceOf(live, reference)
  const wanted = portOf(service, reference)
  const addresses = [...balancers(service, wanted), ...(await nodePorts(live, service, wanted))]
  for (const { host, port, by } of addresses) {
    if ((await accepts(host, port)) && !(by === NODE_PORT && (await isSomebodyElses(live, service, port)))) {
      const shown = host.includes(':') ? `[${host}]` : host
      return { via: `${shown}:${port} (${by})`, ask: (path, how) => askUrl(`http://${shown}:${port}${path}`, how) }
    }
  }
  return { ...proxyDoor(live, service, wanted), shut: addresses.length > 0 }
}

/** Through the API server, which picks an endpoint for each request. */
export function proxyDoor(live: Live, service: Service, port = service.spec.ports?.[0]): Door {
  const name = `${service.metadata.name}:${port?.name ?? port?.port ?? ''}`
  const base = `${pathOf(resourceOf('v1 Service'), live.namespace)}/${name}/proxy`
  return { via: "the API server's service proxy", ask: (path, how) => askProxy(live, `${base}${path}`, how) }
}

/** A pod's own door, through the API server. `port` left out: the first that it declares, else 3000. */
export function podDoor(live: Live, pod: Pod, port?: number): Door {
  const declared = pod.spec.containers.flatMap((container) => container.ports ?? [])[0]?.containerPort
  const target = `${pod.metadata.name}:${port ?? declared ?? 3000}`
  const base = `${pathOf(resourceOf('v1 Pod'), live.namespace)}/${target}/proxy`
  return { via: `pod ${target}`, ask: (path, how) => askProxy(live, `${base}${path}`, how) }
}

async function askProxy(live: Live, target: string, { method = 'GET', timeoutMs = 5_000 }: Ask = {}): Promise<Reply> {
  const start = performance.now()
  const [path = '', search] = target.split('?')
  const query = Object.fromEntries(new URLSearchParams(search))
  const abort = AbortSignal.timeout(timeoutMs)
  try {
    const answer = await live.objects.api.request({
      method: method as 'GET',
      path,
      query,
      proxied: true,
      signal: abort,
      timeoutMs: timeoutMs * 2,
    })
    return proxiedReply(answer, performance.now() - start)
  } catch (error) {
    if (!abort.aborted) throw error
    return {
      kind: 'failed',
      by: 'silent',
      detail: `no answer within ${timeoutMs / 1000} s`,
      ms: performance.now() - start,
    }
  }
}

interface Address {
  readonly host: string
  readonly port: number
  readonly by: string
}

function balancers({ spec, status }: Service, wanted: ServicePort | undefined): Address[] {
  if (spec.type !== 'LoadBalancer' || !wanted) return []
  return (status.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname, ports }) => {
    const host = ip ?? hostname
    const number = ports ? portTaken(ports, wanted.port) : wanted.port
    return host === undefined || number === undefined ? [] : [{ host, port: number, by: 'load balancer' }]
  })
}

/**
 * A load balancer that could not have the Service's own port says so beside it; the one that it took instead follows. At the port with
 * the error somebody else may listen.
 */
function portTaken(ports: readonly { readonly port: number; readonly error?: string }[], wanted: number) {
  const index = ports.findIndex(({ port }) => port === wanted)
  const own = ports[index]
  if (!own?.error) return own?.port
  const instead = ports[index + 1]
  return instead?.error ? undefined : instead?.port
}

async function nodePorts(live: Live, { spec }: Service, wanted: ServicePort | undefined): Promise<Address[]> {
  const port = wanted?.nodePort
  if (!port || (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer')) return []
  const by = NODE_PORT
  const { nodePortHost } = live.abilities
  if (nodePortHost !== undefined) return [{ host: nodePortHost, port, by }]
  const nodes = await live.objects.list('v1 Node').catch(() => [])
  const hosts = nodes.flatMap(({ status }) => status.addresses ?? []).filter(({ type }) => type !== 'Hostname')
  return [...new Set(hosts.map(({ address }) => address))].map((host) => ({ host, port, by }))
}

/** kube-proxy says so when it could not have a node port: who listens there is another program, or another cluster. */
async function isSomebodyElses({ objects, namespace }: Live, { metadata }: Service, port: number): Promise<boolean> {
  const fields = `involvedObject.uid=${metadata.uid}`
  const events = await objects.list('v1 Event', namespace, { fields })
  return events.some(({ reason, message = '' }) => reason === SKIPPED && message.includes(` ${port} `))
}
