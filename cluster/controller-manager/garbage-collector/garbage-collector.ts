import { isNotFound } from '../../apimachinery/errors.ts'
import type { AnyObject, KindName } from '../../apimachinery/objects.ts'
import { type Context, type Controller, controller, watching } from '../../client/controller.ts'
import { keyOf } from '../../client/informer.ts'
import type { InformerCache } from '../../client/informer-cache.ts'
import { ownableKinds } from '../resources.ts'
import { type Dependent, OwnerIndex } from './owner-index.ts'
import { FOREGROUND, ORPHAN, ownersOf, waitsForDependents } from './owners.ts'

/**
 * Deletes what has lost its owners, and carries out foreground and orphaning deletions: one controller for each kind, all
 * alike. Follows pkg/controller/garbagecollector.
 */
export const garbageCollectors: readonly Controller[] = ownableKinds.map((kind) =>
  controller('garbage-collector-controller', {
    for: kind,
    watches: ownableKinds.flatMap((other) => [
      watching(other, (object, cache) => dependentsToLookAt(other, object as AnyObject, kind, cache)),
      watching(other, (object, cache) => ownersThatWait(object as AnyObject, kind, cache)),
    ]),
    workers: 5,
    async reconcile(key, context) {
      const object = context.cache.get(kind, key) as AnyObject | undefined
      if (!object) return
      if (!object.metadata.deletionTimestamp) return collect(kind, object, context)
      const finalizers = object.metadata.finalizers ?? []
      if (finalizers.includes(ORPHAN)) await orphanDependents(kind, object, context)
      else if (finalizers.includes(FOREGROUND)) await awaitDependents(kind, object, context)
    },
  }),
)

/** Deletes an object of which every owner is gone or waits; where one stays, drops the references to the others. */
async function collect(kind: KindName, object: AnyObject, context: Context): Promise<void> {
  const { metadata } = object
  if (!metadata.ownerReferences?.length) return
  const { solid, dangling, waiting } = await ownersOf(object, context)
  if (dangling.length + waiting.length === 0) return
  const preconditions = { uid: metadata.uid, resourceVersion: metadata.resourceVersion }
  try {
    if (solid.length > 0)
      await dropReferences(kind, object, new Set([...dangling, ...waiting].map(({ uid }) => uid)), context)
    else if (waiting.length > 0 && OwnerIndex.of(context.cache).dependentsOf(metadata.uid).length > 0) {
      await context.api.delete(kind, metadata, { propagationPolicy: 'Foreground', preconditions })
    } else {
      const finalizers = metadata.finalizers ?? []
      const policy = finalizers.includes(ORPHAN)
        ? 'Orphan'
        : finalizers.includes(FOREGROUND)
          ? 'Foreground'
          : 'Background'
      await context.api.delete(kind, metadata, { propagationPolicy: policy, preconditions })
    }
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

/** Takes the object out of its dependents' owners, then lets it go. */
async function orphanDependents(kind: KindName, object: AnyObject, context: Context): Promise<void> {
  const uids = new Set([object.metadata.uid])
  for (const dependent of OwnerIndex.of(context.cache).dependentsOf(object.metadata.uid)) {
    const found = context.cache.get(dependent.kind, dependent.key) as AnyObject | undefined
    if (found) await dropReferences(dependent.kind, found, uids, context)
  }
  await dropFinalizer(kind, object, ORPHAN, context)
}

/** Lets an object go once no dependent that may hold it is left. */
async function awaitDependents(kind: KindName, object: AnyObject, context: Context): Promise<void> {
  const { uid } = object.metadata
  const blocking = OwnerIndex.of(context.cache)
    .dependentsOf(uid)
    .filter(({ kind: other, key }) =>
      context.cache
        .get(other, key)
        ?.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion),
    )
  if (blocking.length === 0) await dropFinalizer(kind, object, FOREGROUND, context)
}

async function dropReferences(
  kind: KindName,
  { metadata }: AnyObject,
  uids: ReadonlySet<string>,
  { api }: Context,
): Promise<void> {
  const ownerReferences = (metadata.ownerReferences ?? []).filter(({ uid }) => !uids.has(uid))
  const { uid, resourceVersion } = metadata
  const body = {
    metadata: { ownerReferences: ownerReferences.length > 0 ? ownerReferences : null, uid, resourceVersion },
  }
  try {
    await api.patch(kind, metadata, { type: 'merge', body })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

async function dropFinalizer(kind: KindName, { metadata }: AnyObject, name: string, { api }: Context): Promise<void> {
  const finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== name)
  const { uid, resourceVersion } = metadata
  const body = { metadata: { finalizers: finalizers.length > 0 ? finalizers : null, uid, resourceVersion } }
  try {
    await api.patch(kind, metadata, { type: 'merge', body })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

/** Dependents, of one kind, of an object that is gone or waits for them. */
function dependentsToLookAt(kind: KindName, object: AnyObject, wanted: KindName, cache: InformerCache): string[] {
  const now = cache.get(kind, keyOf(object)) as AnyObject | undefined
  if (now?.metadata.uid === object.metadata.uid && !waitsForDependents(now)) return []
  const isWanted = (dependent: Dependent) => dependent.kind === wanted
  return OwnerIndex.of(cache)
    .dependentsOf(object.metadata.uid)
    .filter(isWanted)
    .map(({ key }) => key)
}

/** Owners, of one kind, that wait for an object. */
function ownersThatWait(object: AnyObject, wanted: KindName, cache: InformerCache): string[] {
  const { namespace, ownerReferences = [] } = object.metadata
  return ownerReferences.flatMap(({ apiVersion, kind, name, uid }) => {
    if (`${apiVersion} ${kind}` !== wanted) return []
    for (const key of namespace ? [`${namespace}/${name}`, name] : [name]) {
      const owner = cache.get(wanted, key) as AnyObject | undefined
      if (owner?.metadata.uid === uid && waitsForDependents(owner)) return [key]
    }
    return []
  })
}
