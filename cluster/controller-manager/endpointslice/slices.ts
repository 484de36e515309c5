import type * as models from '@kubernetes/client-node'
import { semanticallyEqual } from '../../apimachinery/equality.ts'
import type { EndpointSlice, EndpointSliceEndpoint, Json, Pod, Service } from '../../apimachinery/objects.ts'
import { isReady } from '../../apimachinery/pods.ts'
import { findPort, hostnameBehind, isHeadless } from '../service-pods.ts'

/** As many endpoints as a slice may have. */
const MAX_ENDPOINTS = 100

export type EndpointPort = Json<models.DiscoveryV1EndpointPort>

/** What a slice should hold; one without `present` is to be created. */
export interface Wanted {
  present?: EndpointSlice
  readonly ports: readonly EndpointPort[]
  endpoints: EndpointSliceEndpoint[]
}

export interface Plan {
  readonly wanted: readonly Wanted[]
  readonly surplus: readonly EndpointSlice[]
}

/**
 * How the pods behind a service are divided among slices: one list for each mapping of ports, a hundred to a slice, each
 * endpoint staying in the slice where it is. There is always at least one slice, if an empty one.
 */
export function planSlices(service: Service, pods: readonly Pod[], present: readonly EndpointSlice[]): Plan {
  const groups = new Map<string, { ports: readonly EndpointPort[]; endpoints: Map<string, EndpointSliceEndpoint> }>()
  for (const pod of pods) {
    const ports = portsOf(service, pod)
    if (ports.length === 0 && !(isHeadless(service) && !service.spec.ports?.length)) continue
    const key = portsKey(ports)
    const group = groups.get(key) ?? { ports, endpoints: new Map<string, EndpointSliceEndpoint>() }
    groups.set(key, group)
    group.endpoints.set(pod.metadata.uid, endpointOf(pod, service))
  }

  const surplus: EndpointSlice[] = []
  const wanted: Wanted[] = []
  for (const slice of present) {
    const group = groups.get(portsKey(slice.ports ?? []))
    const kept = (slice.endpoints ?? []).flatMap(({ targetRef }) => take(group?.endpoints, targetRef?.uid))
    if (kept.length > 0 && group) wanted.push({ present: slice, ports: group.ports, endpoints: kept })
    else surplus.push(slice)
  }
  for (const { ports, endpoints } of groups.values()) fill(wanted, ports, [...endpoints.values()])
  if (wanted.length === 0) wanted.push({ ports: [], endpoints: [] })
  // A slice that is left over is turned into one that is missing.
  for (const slice of wanted) {
    const reused = slice.present ? undefined : surplus.shift()
    if (reused) slice.present = reused
  }
  return { wanted, surplus }
}

function take<V>(map: Map<string, V> | undefined, key: string | undefined): V[] {
  const value = key === undefined ? undefined : map?.get(key)
  if (value === undefined || key === undefined) return []
  map?.delete(key)
  return [value]
}

/** Puts new endpoints into slices that change anyway, then where there is room, then into new ones. */
function fill(wanted: Wanted[], ports: readonly EndpointPort[], added: EndpointSliceEndpoint[]): void {
  const key = portsKey(ports)
  const own = wanted.filter((slice) => portsKey(slice.ports) === key)
  const changed = ({ present, endpoints }: Wanted) => !semanticallyEqual(present?.endpoints, endpoints)
  const open = [...own.filter(changed), ...own.filter((slice) => !changed(slice))]
  for (const slice of open) slice.endpoints.push(...added.splice(0, MAX_ENDPOINTS - slice.endpoints.length))
  while (added.length > 0) wanted.push({ ports, endpoints: added.splice(0, MAX_ENDPOINTS) })
}

function portsKey(ports: readonly EndpointPort[]): string {
  const lines = ports.map(
    ({ name = '', port, protocol, appProtocol }) => `${name}/${port}/${protocol}/${appProtocol ?? ''}`,
  )
  return lines.sort().join()
}

function portsOf(service: Service, pod: Pod): EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((servicePort) => {
    const port = findPort(pod, servicePort)
    if (port === undefined) return []
    const { name = '', protocol = 'TCP', appProtocol } = servicePort
    return [{ name, port, protocol, ...(appProtocol && { appProtocol }) }]
  })
}

function endpointOf(pod: Pod, service: Service): EndpointSliceEndpoint {
  const { name, namespace, uid, deletionTimestamp } = pod.metadata
  const serving = isReady(pod)
  const terminating = deletionTimestamp !== undefined
  const hostname = hostnameBehind(pod, service)
  return {
    addresses: [pod.status.podIP ?? ''],
    conditions: {
      ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating),
      serving,
      terminating,
    },
    ...(hostname && { hostname }),
    ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }),
    targetRef: { kind: 'Pod', ...(namespace && { namespace }), name, uid },
  }
}
