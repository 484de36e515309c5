import type * as models from '@kubernetes/client-node'
import { semanticallyEqual } from '../apimachinery/equality.ts'
import { isNotFound, isReason } from '../apimachinery/errors.ts'
import type { Endpoints, Json, Pod, Service } from '../apimachinery/objects.ts'
import { isReady } from '../apimachinery/pods.ts'
import { controller, watching } from '../client/controller.ts'
import { splitKey } from '../client/informer.ts'
import {
  findPort,
  HEADLESS,
  hostnameBehind,
  isHeadless,
  LAST_CHANGE,
  lastChange,
  podsBehind,
  selectsPods,
  servicesOf,
} from './service-pods.ts'

type Subset = Json<models.V1EndpointSubset>
type Address = Json<models.V1EndpointAddress>
type Port = Json<models.CoreV1EndpointPort>

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by'
const NAME = 'endpoint-controller'

/** Keeps the deprecated Endpoints of each service, which older kubectl still reads. Follows pkg/controller/endpoint. */
export const endpointsController = controller(NAME, {
  for: 'v1 Service',
  watches: [
    watching('v1 Pod', servicesOf),
    watching('v1 Endpoints', ({ metadata }) => [`${metadata.namespace}/${metadata.name}`]),
  ],
  async reconcile(key, { api, cache, events }) {
    const service = cache.get('v1 Service', key)
    const present = cache.get('v1 Endpoints', key)
    if (!service) {
      // Endpoints of a service that never was (by hand, or the API server's own) stay.
      if (present?.metadata.labels?.[MANAGED_BY] !== NAME) return
      await api.delete('v1 Endpoints', splitKey(key)).catch((error) => {
        if (!isNotFound(error)) throw error
      })
      return
    }
    if (!selectsPods(service)) return
    const pods = podsBehind(service, cache).filter((pod) => !pod.metadata.deletionTimestamp)
    const next = draft(service, pods, present)
    if (
      present &&
      semanticallyEqual(present.subsets, next.subsets) &&
      semanticallyEqual(present.metadata.labels, next.metadata.labels)
    ) {
      return
    }
    try {
      await (present ? api.update('v1 Endpoints', next) : api.create('v1 Endpoints', next))
    } catch (error) {
      if (isReason(error, 'Forbidden') && error.causes.some(({ reason }) => reason === 'NamespaceTerminating')) return
      const [did, reason] = present
        ? ['update endpoint', 'FailedToUpdateEndpoint']
        : ['create endpoint for service', 'FailedToCreateEndpoint']
      events.record(service, 'Warning', reason, `Failed to ${did} ${key}: ${(error as Error).message}`)
      throw error
    }
  },
})

function draft(service: Service, pods: readonly Pod[], present: Endpoints | undefined) {
  const { name, namespace, labels } = service.metadata
  const { annotations } = present?.metadata ?? {}
  return {
    ...present,
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      ...present?.metadata,
      name,
      ...(namespace && { namespace }),
      labels: { ...labels, [MANAGED_BY]: NAME, ...(isHeadless(service) && { [HEADLESS]: '' }) },
      annotations: { ...annotations, [LAST_CHANGE]: lastChange(service, pods) },
    },
    subsets: subsetsOf(service, pods),
  }
}

/** Addresses that have the same ports form a subset, and ports that have the same addresses share one. */
function subsetsOf(service: Service, pods: readonly Pod[]): Subset[] {
  const byPorts = new Map<string, { ports: Port[]; ready: Address[]; notReady: Address[] }>()
  for (const pod of pods) {
    const ports = portsOf(service, pod)
    if (ports.length === 0 && (service.spec.ports?.length || !isHeadless(service))) continue
    const key = JSON.stringify(ports)
    const group = byPorts.get(key) ?? { ports, ready: [], notReady: [] }
    byPorts.set(key, group)
    const published = service.spec.publishNotReadyAddresses || isReady(pod)
    ;(published ? group.ready : group.notReady).push(addressOf(pod, service))
  }
  return [...byPorts.values()].map(({ ports, ready, notReady }) => ({
    ...(ready.length > 0 && { addresses: ready.sort(byAddress) }),
    ...(notReady.length > 0 && { notReadyAddresses: notReady.sort(byAddress) }),
    ...(ports.length > 0 && { ports }),
  }))
}

function portsOf(service: Service, pod: Pod): Port[] {
  return (service.spec.ports ?? [])
    .flatMap((servicePort) => {
      const port = findPort(pod, servicePort)
      if (port === undefined) return []
      const { name, protocol = 'TCP', appProtocol } = servicePort
      return [{ ...(name && { name }), port, protocol, ...(appProtocol && { appProtocol }) }]
    })
    .sort((a, b) => a.port - b.port || (a.name ?? '').localeCompare(b.name ?? ''))
}

function addressOf(pod: Pod, service: Service): Address {
  const { name, namespace, uid } = pod.metadata
  const hostname = hostnameBehind(pod, service)
  return {
    ip: pod.status.podIP ?? '',
    ...(hostname && { hostname }),
    ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }),
    targetRef: { kind: 'Pod', ...(namespace && { namespace }), name, uid },
  }
}

function byAddress(a: Address, b: Address): number {
  return a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0
}
