import type { Mutable, Service } from '../../apimachinery/objects.ts'
import { invalid } from '../validation/field.ts'
import type { FieldError } from '../validation/field-error.ts'
import type { Host } from './kind.ts'

/** 10.96.0.0/16. The first 256 addresses are left to those who ask for one; the rest is given out. */
const NETWORK = '10.96.'
const STATIC_ADDRESSES = 256
const ADDRESSES = 65_536
/** The node ports; the first 86 are left to those who ask for one. */
const FIRST_PORT = 30_000
const FIRST_DYNAMIC_PORT = 30_086
const LAST_PORT = 32_767

/** What a dry run shows: nothing is allocated for it. */
const DRY_RUN_PORT = 32_769

type Draft = Mutable<Service>

/** Gives a service its cluster address; an address that was asked for must be free. */
export function allocateClusterIp(service: Draft, host: Host): FieldError[] {
  const { spec } = service
  if (spec.type === 'ExternalName' || spec.clusterIP === 'None') return []
  const taken = takenBy(host, service, (other) => other.spec.clusterIPs ?? [])
  if (spec.clusterIP) {
    const at = 'spec.clusterIPs'
    const refuse = (why: string) => [invalid(at, spec.clusterIPs, `failed to allocate IP ${spec.clusterIP}: ${why}`)]
    if (!isAllocatable(spec.clusterIP)) return refuse('the provided network does not match the current range')
    return taken.has(spec.clusterIP) ? refuse('provided IP is already allocated') : []
  }
  const offset = host.dryRun
    ? 0
    : firstFree(host, STATIC_ADDRESSES, ADDRESSES - 2, (each) => taken.has(addressAt(each)))
  if (offset === undefined)
    return [invalid('spec.clusterIPs', spec.clusterIPs ?? [], 'failed to allocate a serviceIP: range is full')]
  spec.clusterIP = addressAt(offset)
  spec.clusterIPs = [spec.clusterIP]
  return []
}

/** Gives node ports to those ports of a NodePort or LoadBalancer service that have none. */
export function allocateNodePorts(service: Draft, host: Host, last?: Service): FieldError[] {
  const { spec } = service
  if (!hasNodePorts(service as Service)) return []
  const taken = takenBy(host, service, portsOf)
  const own = new Set(last ? portsOf(last) : [])
  const errors: FieldError[] = []
  /** One number may serve TCP and UDP of one service. */
  const given = new Map<number, Set<string>>()
  const note = (port: number, protocol: string) => given.set(port, (given.get(port) ?? new Set()).add(protocol))
  spec.ports?.forEach(({ nodePort = 0, protocol = '' }, index) => {
    if (nodePort === 0) return
    note(nodePort, protocol)
    if (own.has(nodePort)) return
    const at = `spec.ports[${index}].nodePort`
    if (nodePort < FIRST_PORT || nodePort > LAST_PORT) {
      const detail = `provided port is not in the valid range. The range of valid ports is ${FIRST_PORT}-${LAST_PORT}`
      errors.push(invalid(at, nodePort, detail))
    } else if (taken.has(nodePort)) errors.push(invalid(at, nodePort, 'provided port is already allocated'))
  })
  if (errors.length > 0 || !needsNodePorts(service as Service)) return errors
  for (const port of spec.ports ?? []) {
    if (port.nodePort) continue
    const protocol = port.protocol ?? ''
    const sibling = spec.ports?.find((each) => each.port === port.port && each.nodePort && each.protocol !== protocol)
    const shared = sibling?.nodePort
    const free = shared && !given.get(shared)?.has(protocol) ? shared : freePort(host, taken, given)
    if (free === undefined)
      return [invalid('spec.ports[0].nodePort', 0, 'failed to allocate a nodePort: range is full')]
    port.nodePort = free
    note(free, protocol)
  }
  return []
}

/** A load balancer that keeps traffic on its node asks each node on this port whether it has pods. */
export function allocateHealthCheckPort(service: Draft, host: Host): void {
  const { spec } = service
  if (spec.type !== 'LoadBalancer' || spec.externalTrafficPolicy !== 'Local' || spec.healthCheckNodePort) return
  const own = new Map((spec.ports ?? []).map(({ nodePort = 0 }) => [nodePort, new Set<string>()]))
  const port = freePort(host, takenBy(host, service, portsOf), own)
  if (port !== undefined) spec.healthCheckNodePort = port
}

export function hasNodePorts({ spec }: Service): boolean {
  return spec.type === 'NodePort' || spec.type === 'LoadBalancer'
}

/** Whether ports without a node port get one. */
export function needsNodePorts({ spec }: Service): boolean {
  return spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false)
}

function freePort(host: Host, taken: ReadonlySet<number>, given: ReadonlyMap<number, unknown>): number | undefined {
  if (host.dryRun) {
    let port = DRY_RUN_PORT
    while (given.has(port)) port += 1
    return port
  }
  return firstFree(host, FIRST_DYNAMIC_PORT, LAST_PORT, (port) => taken.has(port) || given.has(port))
}

function takenBy<T>(host: Host, service: Draft, read: (other: Service) => readonly T[]): Set<T> {
  const { name, namespace } = service.metadata
  const others = host
    .list('v1 Service')
    .filter((other) => other.metadata.name !== name || other.metadata.namespace !== namespace)
  return new Set(others.flatMap(read))
}

function portsOf({ spec }: Service): number[] {
  const ports = (spec.ports ?? []).map(({ nodePort = 0 }) => nodePort)
  return [...ports, spec.healthCheckNodePort ?? 0].filter((port) => port !== 0)
}

/** From a random start upwards, then from the beginning. */
function firstFree(host: Host, from: number, to: number, taken: (each: number) => boolean): number | undefined {
  const size = to - from + 1
  const start = Number.parseInt(host.random(9), 36) % size
  for (let step = 0; step < size; step++) {
    const candidate = from + ((start + step) % size)
    if (!taken(candidate)) return candidate
  }
  return undefined
}

function addressAt(offset: number): string {
  return `${NETWORK}${offset >> 8}.${offset & 255}`
}

/** In the network, and neither its first nor its last address. */
function isAllocatable(address: string): boolean {
  return /^10\.96\.\d+\.\d+$/.test(address) && address !== '10.96.0.0' && address !== '10.96.255.255'
}
