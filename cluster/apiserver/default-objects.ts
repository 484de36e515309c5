import { isAlreadyExists } from '../apimachinery/errors.ts'
import type { Draft, KindName, Kinds } from '../apimachinery/objects.ts'
import type { Registry } from './registry/call.ts'
import { create } from './registry/create.ts'
import { hostOf } from './registry/host.ts'
import { patch } from './registry/patch.ts'

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease']
const MANAGER = 'kube-apiserver'

/** What kube-apiserver itself puts into an empty cluster: four namespaces. */
export function createDefaults(registry: Registry): void {
  for (const name of NAMESPACES) make(registry, 'v1 Namespace', { metadata: { name } })
}

/**
 * The Service `kubernetes` at the first address of the range, pointing at the port that this server listens on. It gets no
 * endpoints: the server listens on the loopback address, which Kubernetes allows in none, and no pod may ask it anything yet.
 */
export function createKubernetesService(registry: Registry, port: number): void {
  const namespace = 'default'
  const name = 'kubernetes'
  const ports = [{ name: 'https', protocol: 'TCP', port: 443, targetPort: port }]
  make(registry, 'v1 Service', {
    metadata: { name, namespace, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: { type: 'ClusterIP', clusterIP: '10.96.0.1', sessionAffinity: 'None', ports },
  })
  const known = hostOf(registry, false).get('v1 Service', namespace, name)
  if (known?.spec.ports?.[0]?.targetPort === port) return
  const call = {
    resource: registry.resources.of('v1 Service'),
    namespace,
    name,
    manager: MANAGER,
    dryRun: false,
    warn() {},
  }
  patch(registry, call, { type: 'merge', body: { spec: { ports } } })
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
