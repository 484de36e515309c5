import { isAlreadyExists } from '../apimachinery/errors.ts'
import type { Draft, KindName, Kinds } from '../apimachinery/objects.ts'
import type { Registry } from './registry/call.ts'
import { create } from './registry/create.ts'

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

/** What kube-apiserver itself puts into an empty cluster: four namespaces and the Service `kubernetes`. */
export function createDefaults(registry: Registry): void {
  for (const name of NAMESPACES) make(registry, 'v1 Namespace', { metadata: { name } })
}

function make<K extends KindName>(registry: Registry, kind: K, object: Draft<Kinds[K]>): void {
  const { namespace } = (object as { metadata: { namespace?: string } }).metadata
  try {
    create(
      registry,
      {
        resource: registry.resources.of(kind),
        ...(namespace && { namespace }),
        manager: 'kube-apiserver',
        dryRun: false,
        warn() {},
      },
      object,
    )
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
  }
}
