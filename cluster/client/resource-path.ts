import type { KindName } from '../apimachinery/objects.ts'

/** Plurals of the kinds, and which live in no namespace: what a client has to know to find them. */
const PLACES: Readonly<Record<KindName, { readonly plural: string; readonly namespaced: boolean }>> = {
  'v1 Namespace': { plural: 'namespaces', namespaced: false },
  'v1 Node': { plural: 'nodes', namespaced: false },
  'v1 Pod': { plural: 'pods', namespaced: true },
  'apps/v1 ReplicaSet': { plural: 'replicasets', namespaced: true },
  'apps/v1 Deployment': { plural: 'deployments', namespaced: true },
  'v1 Service': { plural: 'services', namespaced: true },
  'discovery.k8s.io/v1 EndpointSlice': { plural: 'endpointslices', namespaced: true },
  'v1 Endpoints': { plural: 'endpoints', namespaced: true },
  'v1 ConfigMap': { plural: 'configmaps', namespaced: true },
  'v1 Secret': { plural: 'secrets', namespaced: true },
  'v1 ServiceAccount': { plural: 'serviceaccounts', namespaced: true },
  'v1 Event': { plural: 'events', namespaced: true },
  'coordination.k8s.io/v1 Lease': { plural: 'leases', namespaced: true },
}

/** `/apis/apps/v1/namespaces/default/deployments/web/status`; without a name the collection. */
export function pathOf(
  kind: KindName,
  { namespace, name }: { readonly namespace?: string; readonly name?: string },
  subresource?: string,
): string {
  const { plural, namespaced } = PLACES[kind]
  const [apiVersion = ''] = kind.split(' ')
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const parts = [root]
  if (namespaced && namespace !== undefined) parts.push('namespaces', encodeURIComponent(namespace))
  parts.push(plural)
  if (name !== undefined) parts.push(encodeURIComponent(name))
  if (subresource) parts.push(subresource)
  return parts.join('/')
}
