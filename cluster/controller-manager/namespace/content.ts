import { isNotFound } from '../../apimachinery/errors.ts'
import type { AnyObject, KindName } from '../../apimachinery/objects.ts'
import type { ApiClient } from '../../client/api-client.ts'
import { resources } from '../resources.ts'

/** What is left in a namespace that is being deleted. */
export interface Remaining {
  /** How many objects by `pods.` or `deployments.apps`: resource, a dot, group. */
  readonly byResource: ReadonlyMap<string, number>
  readonly byFinalizer: ReadonlyMap<string, number>
  /** Of deletions that were refused. */
  readonly errors: readonly string[]
}

/**
 * Deletes everything in a namespace, pods first, and says what is still there: what has a grace period or a finalizer goes
 * later. Follows pkg/controller/namespace/deletion.
 */
export async function deleteContent(namespace: string, api: ApiClient): Promise<Remaining> {
  const byResource = new Map<string, number>()
  const byFinalizer = new Map<string, number>()
  const errors: string[] = []
  const namespaced = resources.filter((resource) => resource.namespaced)
  for (const pods of [true, false]) {
    for (const { name: kind, plural, group } of namespaced) {
      if ((kind === 'v1 Pod') !== pods) continue
      await deleteAll(kind, namespace, api, errors)
      const { items } = await api.list(kind, { namespace })
      if (items.length > 0) byResource.set(`${plural}.${group}`, items.length)
      for (const { metadata } of items) {
        for (const finalizer of metadata.finalizers ?? [])
          byFinalizer.set(finalizer, (byFinalizer.get(finalizer) ?? 0) + 1)
      }
    }
    if (pods && byResource.size > 0) break
  }
  return { byResource, byFinalizer, errors }
}

async function deleteAll(kind: KindName, namespace: string, api: ApiClient, errors: string[]): Promise<void> {
  const { items } = await api.list(kind, { namespace })
  for (const { metadata } of items as readonly AnyObject[]) {
    if (metadata.deletionTimestamp) continue
    try {
      await api.delete(kind, metadata, { propagationPolicy: 'Background', preconditions: { uid: metadata.uid } })
    } catch (error) {
      if (!isNotFound(error)) errors.push((error as Error).message)
    }
  }
}
