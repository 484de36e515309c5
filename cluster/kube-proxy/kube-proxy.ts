import type { Clock } from '../apimachinery/clock.ts'
import type { EndpointSlice, Service } from '../apimachinery/objects.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { Component } from '../client/component.ts'
import { EventRecorder } from '../client/event-recorder.ts'
import { keyOf } from '../client/informer.ts'
import { InformerCache } from '../client/informer-cache.ts'
import type { PodSockets } from '../kubelet/runtime/pod-sockets.ts'
import { NodePorts } from './node-ports.ts'
import type { Rules } from './rules.ts'

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'

/**
 * Keeps the rules for Services as the API says. When it stops, the rules and the NodePorts stay as they are and no longer
 * follow: as with iptables.
 */
export class KubeProxy implements Component {
  readonly name = 'kube-proxy'
  readonly nodePorts: NodePorts
  readonly #api: ApiClient
  readonly #clock: Clock
  readonly #rules: Rules
  #running: { cache: InformerCache; events: EventRecorder; unlisten: (() => void)[] } | undefined
  #scheduled = false

  constructor({ api, clock, rules, sockets }: { api: ApiClient; clock: Clock; rules: Rules; sockets: PodSockets }) {
    this.#api = api
    this.#clock = clock
    this.#rules = rules
    this.nodePorts = new NodePorts(rules, sockets)
  }

  async start(): Promise<void> {
    if (this.#running) return
    const cache = new InformerCache(this.#api, this.#clock)
    const kinds = ['v1 Service', 'discovery.k8s.io/v1 EndpointSlice', 'v1 Node'] as const
    for (const kind of kinds) cache.informer(kind)
    await cache.start()
    const events = new EventRecorder(this.#api, this.#clock, 'kube-proxy')
    const [services, slices, nodes] = kinds
    this.#running = {
      cache,
      events,
      unlisten: [
        cache.informer(services).listen(() => this.#schedule()),
        cache.informer(slices).listen(() => this.#schedule()),
        // A node's heartbeat changes no rule.
        cache.informer(nodes).listen(({ last, next }) => {
          if (last?.spec.podCIDR !== next?.spec.podCIDR) this.#schedule()
        }),
      ],
    }
    await this.#sync()
  }

  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    for (const unlisten of running?.unlisten ?? []) unlisten()
    await running?.cache.stop()
    await running?.events.flushed()
  }

  /** Closes the NodePorts too: the whole machine goes. */
  async close(): Promise<void> {
    await this.stop()
    await this.nodePorts.close()
  }

  /** Many changes that come together are one sync. */
  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      void this.#sync()
    })
  }

  async #sync(): Promise<void> {
    if (!this.#running) return
    const { cache, events } = this.#running
    const byService = new Map<string, EndpointSlice[]>()
    for (const slice of cache.list('discovery.k8s.io/v1 EndpointSlice')) {
      const key = `${slice.metadata.namespace}/${slice.metadata.labels?.[SERVICE_NAME_LABEL] ?? ''}`
      const slices = byService.get(key)
      if (slices) slices.push(slice)
      else byService.set(key, [slice])
    }
    const services: Service[] = cache.list('v1 Service')
    this.#rules.sync(services, (service) => byService.get(keyOf(service)) ?? [], cache.list('v1 Node'))
    await this.nodePorts.sync((port, error) => {
      const door = this.#rules.doorOfNodePort(port)
      if (!door) return
      const message = `can't open port ${port} on 127.0.0.1, skipping it: ${error.message}`
      events.record(door.service, 'Warning', 'FailedToStartServiceListener', message)
    })
  }
}
