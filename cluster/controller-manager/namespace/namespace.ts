import { isNotFound } from '../../apimachinery/errors.ts'
import type { KindName } from '../../apimachinery/objects.ts'
import { controller, watching } from '../../client/controller.ts'
import { ownableKinds, resources } from '../resources.ts'
import { conditionsOf } from './conditions.ts'
import { deleteContent } from './content.ts'

const FINALIZER = 'kubernetes'
/** Something may hold content back that no informer shows: it is looked at again. Clock ms. */
const AGAIN_MS = 15_000
const namespaced = new Set(resources.filter((resource) => resource.namespaced).map(({ name }) => name))

/** Empties a namespace that is being deleted, then lets it go. Follows pkg/controller/namespace. */
export const namespaceController = controller('namespace-controller', {
  for: 'v1 Namespace',
  watches: ownableKinds.filter((kind) => namespaced.has(kind)).map(goingNamespaceOf),
  async reconcile(name, { api, cache, clock, requeueAfter }) {
    const namespace = cache.get('v1 Namespace', name)
    if (!namespace?.metadata.deletionTimestamp || !namespace.spec.finalizers?.includes(FINALIZER)) return
    const remaining = await deleteContent(name, api)
    const conditions = conditionsOf(namespace, remaining, clock.now())
    let current = namespace
    try {
      if (conditions !== namespace.status?.conditions) {
        const status = { ...namespace.status, phase: 'Terminating', conditions }
        current = await api.update('v1 Namespace', { ...namespace, status }, { subresource: 'status' })
      }
      if (remaining.byResource.size > 0) return requeueAfter(AGAIN_MS)
      const finalizers = namespace.spec.finalizers.filter((finalizer) => finalizer !== FINALIZER)
      await api.update(
        'v1 Namespace',
        { ...current, spec: { ...current.spec, finalizers } },
        { subresource: 'finalize' },
      )
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  },
})

/** The namespace of an object that is gone, or changes, while the namespace is being deleted. */
function goingNamespaceOf(kind: KindName) {
  return watching(kind, ({ metadata }, cache) => {
    const { namespace } = metadata
    return namespace && cache.get('v1 Namespace', namespace)?.metadata.deletionTimestamp ? [namespace] : []
  })
}
