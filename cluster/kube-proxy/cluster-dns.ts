import type { Clock } from '../apimachinery/clock.ts'
import type { EndpointSlice, Service } from '../apimachinery/objects.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { Component } from '../client/component.ts'
import { InformerCache } from '../client/informer-cache.ts'
import type { PodIdentity } from '../kubelet/runtime/pod-network.ts'
import { isHeadless, isReady } from './endpoints-of-port.ts'

const DOMAIN = 'cluster.local'
/** As the kubelet writes resolv.conf: a name with fewer dots is first tried with the search list. */
const NDOTS = 5
/** A chain of ExternalNames longer than this is a loop. */
const LONGEST_CHAIN = 8

/** What a name stands for: addresses, or the name of something outside that was not looked up. */
export type Answer = { readonly addresses: readonly string[] } | { readonly alias: string }

/** The cluster's DNS, as CoreDNS' kubernetes plugin answers (kubeadm's Corefile: `pods insecure`). */
export class ClusterDns implements Component {
  readonly name = 'coredns'
  readonly #api: ApiClient
  readonly #clock: Clock
  #cache: InformerCache | undefined
  #slices = new Map<string, EndpointSlice[]>()
  #stale = true

  constructor(api: ApiClient, clock: Clock) {
    this.#api = api
    this.#clock = clock
  }

  async start(): Promise<void> {
    if (this.#cache) return
    const cache = new InformerCache(this.#api, this.#clock)
    cache.informer('v1 Service')
    cache.informer('v1 Namespace')
    cache.informer('discovery.k8s.io/v1 EndpointSlice').listen(() => {
      this.#stale = true
    })
    await cache.start()
    this.#cache = cache
  }

  async stop(): Promise<void> {
    const cache = this.#cache
    this.#cache = undefined
    await cache?.stop()
  }

  /** Follows the pod's search list. Several addresses come in changing order, as CoreDNS' loadbalance plugin does. */
  lookup(from: PodIdentity, name: string): readonly string[] {
    const answer = this.resolve(from, name)
    return answer && 'addresses' in answer ? shuffled(answer.addresses) : []
  }

  /** As `lookup`, but tells an alias that leads out of the cluster from a name that does not exist (undefined). */
  resolve(from: PodIdentity, name: string): Answer | undefined {
    const asked = name.toLowerCase()
    if (asked.endsWith('.')) return this.#query(asked.slice(0, -1))
    const search = [`${from.namespace}.svc.${DOMAIN}`, `svc.${DOMAIN}`, DOMAIN].map((suffix) => `${asked}.${suffix}`)
    const names = asked.split('.').length - 1 >= NDOTS ? [asked, ...search] : [...search, asked]
    for (const candidate of names) {
      const answer = this.#query(candidate)
      if (answer) return answer
    }
    return undefined
  }

  #query(name: string, depth = 0): Answer | undefined {
    if (!this.#cache || depth > LONGEST_CHAIN || !name.endsWith(`.${DOMAIN}`)) return undefined
    const labels = name.slice(0, -DOMAIN.length - 1).split('.')
    const kind = labels.pop()
    const namespace = labels.pop()
    if (namespace === undefined || labels.length === 0) return undefined
    if (kind === 'pod') return labels.length === 1 ? this.#pod(namespace, labels[0] as string) : undefined
    if (kind !== 'svc' || labels.length > 2) return undefined
    const service = this.#cache.get('v1 Service', `${namespace}/${labels.at(-1)}`)
    if (!service) return undefined
    const endpoint = labels.length === 2 ? labels[0] : undefined
    if (service.spec.type === 'ExternalName') {
      const target = (service.spec.externalName ?? '').toLowerCase().replace(/\.$/, '')
      if (endpoint !== undefined) return undefined
      return target.endsWith(`.${DOMAIN}`) ? this.#query(target, depth + 1) : { alias: target }
    }
    if (isHeadless(service)) return this.#endpoints(service, endpoint)
    return endpoint === undefined && service.spec.clusterIP ? { addresses: [service.spec.clusterIP] } : undefined
  }

  /** `10-244-1-5.NAMESPACE.pod`: the address is in the name and is not looked up. */
  #pod(namespace: string, dashed: string): Answer | undefined {
    if (!this.#cache?.get('v1 Namespace', namespace)) return undefined
    const address = dashed.replaceAll('-', '.')
    return /^\d{1,3}(\.\d{1,3}){3}$/.test(address) ? { addresses: [address] } : undefined
  }

  /** All ready endpoints of a headless Service, or the one with this hostname (or dashed address). */
  #endpoints(service: Service, hostname: string | undefined): Answer | undefined {
    const addresses = new Set<string>()
    for (const slice of this.#slicesOf(service)) {
      for (const endpoint of slice.endpoints ?? []) {
        const ip = endpoint.addresses[0]
        if (ip === undefined || !isReady(endpoint)) continue
        if (hostname !== undefined && hostname !== (endpoint.hostname ?? ip.replaceAll('.', '-'))) continue
        addresses.add(ip)
      }
    }
    // A headless Service without endpoints is a name without addresses, and so is not found in another search domain.
    return addresses.size > 0 || hostname === undefined ? { addresses: [...addresses] } : undefined
  }

  #slicesOf(service: Service): readonly EndpointSlice[] {
    if (this.#stale) {
      this.#slices = new Map()
      for (const slice of this.#cache?.list('discovery.k8s.io/v1 EndpointSlice') ?? []) {
        const key = `${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`
        this.#slices.set(key, [...(this.#slices.get(key) ?? []), slice])
      }
      this.#stale = false
    }
    return this.#slices.get(`${service.metadata.namespace}/${service.metadata.name}`) ?? []
  }
}

function shuffled(addresses: readonly string[]): readonly string[] {
  if (addresses.length < 2) return addresses
  const first = Math.floor(Math.random() * addresses.length)
  return [...addresses.slice(first), ...addresses.slice(0, first)]
}
