import type { Clock } from '../apimachinery/clock.ts'
import type { EndpointSlice, Node, Service } from '../apimachinery/objects.ts'
import type { Route } from '../kubelet/runtime/pod-network.ts'
import { API_SERVER_IP, CLUSTER_CIDR, isWithin, SERVICE_CIDR } from './addresses.ts'
import { isHeadless, type Target, targetsOf } from './endpoints-of-port.ts'
import { SessionAffinity } from './session-affinity.ts'

/** Kubernetes' default of `sessionAffinityConfig.clientIP.timeoutSeconds`. */
const AFFINITY_SECONDS = 10_800

/** One port of one Service, and where its connections may go. */
export interface Door {
  /** `namespace/name:port`, as kube-proxy names its chains. */
  readonly name: string
  readonly service: Service
  readonly port: number
  readonly nodePort: number | undefined
  readonly targets: readonly Target[]
}

/** Who connects: a pod (its address and node), or somebody outside (an address without a node). */
export interface Client {
  readonly address: string
  readonly node?: string
}

/** What the kernel's tables are to the real kube-proxy: they stay when it stops. */
export class Rules {
  readonly #affinity: SessionAffinity
  readonly #random: () => number
  readonly #apiServerPort: () => number
  #byAddress = new Map<string, Door>()
  #byNodePort = new Map<number, Door>()
  #byName = new Map<string, Door>()
  #nodes: readonly Node[] = []

  constructor(clock: Clock, apiServerPort: () => number, random: () => number = Math.random) {
    this.#affinity = new SessionAffinity(clock)
    this.#apiServerPort = apiServerPort
    this.#random = random
  }

  /** Replaces all rules. `slicesOf` gives the EndpointSlices of a Service. */
  sync(
    services: readonly Service[],
    slicesOf: (service: Service) => readonly EndpointSlice[],
    nodes: readonly Node[],
  ): void {
    const byAddress = new Map<string, Door>()
    const byNodePort = new Map<number, Door>()
    const byName = new Map<string, Door>()
    for (const service of services) {
      if (service.spec.type === 'ExternalName' || isHeadless(service)) continue
      const slices = slicesOf(service)
      for (const port of service.spec.ports ?? []) {
        if ((port.protocol ?? 'TCP') !== 'TCP') continue
        const door: Door = {
          name: `${service.metadata.namespace}/${service.metadata.name}:${port.name ?? ''}`,
          service,
          port: port.port,
          nodePort: port.nodePort,
          targets: targetsOf(port, slices),
        }
        byName.set(door.name, door)
        for (const ip of [service.spec.clusterIP, ...(service.spec.externalIPs ?? [])]) {
          if (ip) byAddress.set(`${ip}:${port.port}`, door)
        }
        if (port.nodePort) byNodePort.set(port.nodePort, door)
      }
    }
    this.#byAddress = byAddress
    this.#byNodePort = byNodePort
    this.#byName = byName
    this.#nodes = nodes
  }

  /** Every port of every Service that has rules. */
  doors(): readonly Door[] {
    return [...this.#byName.values()]
  }

  /** Every NodePort that this machine should listen on. */
  nodePorts(): readonly Door[] {
    return [...this.#byNodePort.values()]
  }

  /** A Service's port by `namespace/name:port`. */
  door(name: string): Door | undefined {
    return this.#byName.get(name)
  }

  doorOfNodePort(port: number): Door | undefined {
    return this.#byNodePort.get(port)
  }

  /** Decides for one connection of a pod. */
  route(from: { readonly ip: string }, address: string, port: number): Route {
    const door = this.#byAddress.get(`${address}:${port}`)
    if (address === API_SERVER_IP && port === 443) return { to: 'host', port: this.#apiServerPort() }
    if (door) return toPod(this.pick(door, { address: from.ip, ...this.#nodeOf(from.ip) }))
    if (isWithin(SERVICE_CIDR, address)) return { to: 'nobody' }
    if (isWithin(CLUSTER_CIDR, address)) return { to: 'pod', ip: address, port }
    if (this.#nodes.some((node) => node.status.addresses?.some((own) => own.address === address))) {
      const behind = this.#byNodePort.get(port)
      return behind ? toPod(this.pick(behind, { address: from.ip })) : { to: 'nobody' }
    }
    return { to: 'outside' }
  }

  /** One of the endpoints for a new connection, each as likely as the others; undefined when there is none. */
  pick(door: Door, client: Client): Target | undefined {
    const { spec } = door.service
    const local = spec.internalTrafficPolicy === 'Local' && client.node !== undefined
    const targets = local ? door.targets.filter(({ node }) => node === client.node) : door.targets
    if (targets.length === 0) return undefined
    const sticky = spec.sessionAffinity === 'ClientIP'
    const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS
    const known = sticky ? this.#affinity.find(door.name, client.address, seconds, targets) : undefined
    if (known) return known
    const target = targets[Math.floor(this.#random() * targets.length)]
    if (sticky && target) this.#affinity.remember(door.name, client.address, target)
    return target
  }

  /** The node whose pods have addresses like this one. */
  #nodeOf(ip: string): { node?: string } {
    const node = this.#nodes.find(({ spec }) => spec.podCIDR && isWithin(spec.podCIDR, ip))
    return node ? { node: node.metadata.name } : {}
  }
}

function toPod(target: Target | undefined): Route {
  return target ? { to: 'pod', ip: target.ip, port: target.port } : { to: 'nobody' }
}
