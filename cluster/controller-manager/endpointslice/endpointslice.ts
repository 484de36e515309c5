import { semanticallyEqual } from '../../apimachinery/equality.ts'
import { isNotFound, isReason } from '../../apimachinery/errors.ts'
import type { EndpointSlice, Service } from '../../apimachinery/objects.ts'
import { type Context, controller, watching } from '../../client/controller.ts'
import { controllerReference, isControlledBy } from '../owner-reference.ts'
import { HEADLESS, isHeadless, LAST_CHANGE, lastChange, podsBehind, selectsPods, servicesOf } from '../service-pods.ts'
import { planSlices, type Wanted } from './slices.ts'

const SERVICE = 'kubernetes.io/service-name'
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
const MANAGER = 'endpointslice-controller.k8s.io'

/** Keeps the EndpointSlices of each service that selects pods. Follows k8s.io/endpointslice. */
export const endpointSliceController = controller('endpoint-slice-controller', {
  for: 'v1 Service',
  watches: [watching('v1 Pod', servicesOf), watching('discovery.k8s.io/v1 EndpointSlice', serviceOfSlice)],
  async reconcile(key, context) {
    const { api, cache, events } = context
    const service = cache.get('v1 Service', key)
    // The slices of a deleted service are the garbage collector's.
    if (!service || !selectsPods(service)) return
    const pods = podsBehind(service, cache)
    const present = cache
      .list('discovery.k8s.io/v1 EndpointSlice', service.metadata.namespace)
      .filter(({ metadata }) => !metadata.deletionTimestamp && metadata.labels?.[SERVICE] === service.metadata.name)
      .filter((slice) => slice.metadata.labels?.[MANAGED_BY] === MANAGER && isControlledBy(slice, service))
    const { wanted, surplus } = planSlices(service, pods, present)
    const change = lastChange(service, pods)
    try {
      for (const slice of wanted) await write(slice, service, change, context)
      for (const { metadata } of surplus)
        await api.delete('discovery.k8s.io/v1 EndpointSlice', metadata).catch(unlessGone)
    } catch (error) {
      if (isReason(error, 'Forbidden') && error.causes.some(({ reason }) => reason === 'NamespaceTerminating')) return
      const message = `Error updating Endpoint Slices for Service ${key}: ${(error as Error).message}`
      if (!isReason(error, 'Conflict')) events.record(service, 'Warning', 'FailedToUpdateEndpointSlices', message)
      throw error
    }
  },
})

async function write({ present, ports, endpoints }: Wanted, service: Service, change: string, { api }: Context) {
  const labels = labelsOf(service)
  if (
    present &&
    semanticallyEqual(present.endpoints, endpoints) &&
    semanticallyEqual(present.ports, ports) &&
    semanticallyEqual(present.metadata.labels, labels)
  ) {
    return
  }
  const content = { addressType: 'IPv4', endpoints, ports }
  const annotations = { ...present?.metadata.annotations, [LAST_CHANGE]: change }
  if (present) {
    const metadata = { ...present.metadata, labels, annotations }
    await api.update('discovery.k8s.io/v1 EndpointSlice', { ...present, ...content, metadata })
    return
  }
  if (service.metadata.deletionTimestamp) return
  const { name, namespace } = service.metadata
  await api.create('discovery.k8s.io/v1 EndpointSlice', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      ...(namespace && { namespace }),
      labels,
      annotations,
      ownerReferences: [controllerReference('v1 Service', service)],
    },
    ...content,
  })
}

function labelsOf(service: Service): Readonly<Record<string, string>> {
  const { labels, name } = service.metadata
  return { ...labels, [SERVICE]: name, [MANAGED_BY]: MANAGER, ...(isHeadless(service) && { [HEADLESS]: '' }) }
}

function serviceOfSlice({ metadata }: EndpointSlice): string[] {
  const service = metadata.labels?.[SERVICE]
  return service && metadata.labels?.[MANAGED_BY] === MANAGER ? [`${metadata.namespace}/${service}`] : []
}

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error
}
