import { isAlreadyExists } from '../apimachinery/errors.ts'
import type { Draft, KindName, Kinds } from '../apimachinery/objects.ts'
import type { Registry } from './registry/call.ts'
import { create } from './registry/create.ts'
import { patch } from './registry/patch.ts'

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease']
const MANAGER = 'kube-apiserver'

/** What kube-apiserver itself puts into an empty cluster: four namespaces. */
export function createDefaults(registry: Registry): void {
  for (const name of NAMESPACES) make(registry, 'v1 Namespace', { metadata: { name } })
}

/**
 * The Service `kubernetes` at the first address of the range, with the port that this server listens on, and its endpoints, which
 * no controller keeps: it has no selector. They bear the host's address as nodes see it, for a loopback address is allowed in none.
 */
export function createKubernetesService(registry: Registry, port: number): void {
  const ports = [{ name: 'https', protocol: 'TCP', port: 443, targetPort: port }]
  const labels = { component: 'apiserver', provider: 'kubernetes' }
  settle(registry, 'v1 Service', {
    metadata: { ...KUBERNETES, labels },
    spec: { type: 'ClusterIP', clusterIP: '10.96.0.1', sessionAffinity: 'None', ports },
  })
  const endpointPorts = [{ name: 'https', protocol: 'TCP', port }]
  settle(registry, 'v1 Endpoints', {
    metadata: { ...KUBERNETES, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: HOST }], ports: endpointPorts }],
  })
  settle(registry, 'discovery.k8s.io/v1 EndpointSlice', {
    metadata: { ...KUBERNETES, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [HOST], conditions: { ready: true } }],
    ports: endpointPorts,
  })
}

const KUBERNETES = { name: 'kubernetes', namespace: 'default' }
/** The gateway of the nodes' network. */
const HOST = '172.18.0.1'

/** Creates the object, or changes the one that is there to say the same: the port may be another than last time. */
function settle<K extends KindName>(registry: Registry, kind: K, object: Draft<Kinds[K]>): void {
  make(registry, kind, object)
  const resource = registry.resources.of(kind)
  patch(
    registry,
    { resource, ...KUBERNETES, manager: MANAGER, dryRun: false, warn() {} },
    { type: 'merge', body: object },
  )
}

/** Creates the object unless it is there. */
function make<K extends KindName>(registry: Registry, kind: K, object: Draft<Kinds[K]>): void {
  const { namespace } = (object as { metadata: { namespace?: string } }).metadata
  const call = {
    resource: registry.resources.of(kind),
    ...(namespace && { namespace }),
    manager: MANAGER,
    dryRun: false,
    warn() {},
  }
  try {
    create(registry, call, object)
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
  }
}
