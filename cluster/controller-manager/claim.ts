import { isNotFound, isReason } from '../apimachinery/errors.ts'
import { matchesSelector } from '../apimachinery/labels.ts'
import type { KindName, Kinds, LabelSelector, ObjectMeta } from '../apimachinery/objects.ts'
import type { ApiClient } from '../client/api-client.ts'
import { controllerOf, controllerReference } from './owner-reference.ts'

interface Claimed {
  readonly metadata: ObjectMeta
}

/**
 * Of the candidates, those that belong to the owner, after adopting matching orphans and releasing what matches no longer.
 * Follows ControllerRefManager in pkg/controller.
 */
export async function claim<T extends Claimed>(
  { kind: ownerKind, owner, selector }: { kind: KindName; owner: Claimed; selector: LabelSelector | undefined },
  kind: KindName,
  candidates: readonly T[],
  api: ApiClient,
): Promise<T[]> {
  const claimed: T[] = []
  let mayAdopt: Promise<boolean> | undefined
  for (const object of candidates) {
    const matches = matchesSelector(selector, object.metadata.labels)
    const controller = controllerOf(object)
    if (controller) {
      if (controller.uid !== owner.metadata.uid) continue
      if (matches) claimed.push(object)
      else if (!owner.metadata.deletionTimestamp) await release(object, kind, owner, api)
      continue
    }
    if (!matches || owner.metadata.deletionTimestamp || object.metadata.deletionTimestamp) continue
    // The cache may not know yet that the owner is going or was replaced by another of its name.
    mayAdopt ??= isStillThere(ownerKind, owner, api)
    if (!(await mayAdopt)) continue
    const adopted = await adopt<T>(object, kind, { kind: ownerKind, owner }, api)
    if (adopted) claimed.push(adopted)
  }
  return claimed
}

async function isStillThere(kind: KindName, owner: Claimed, api: ApiClient): Promise<boolean> {
  const live = await api.get(kind, owner.metadata)
  return live.metadata.uid === owner.metadata.uid && !live.metadata.deletionTimestamp
}

async function adopt<T extends Claimed>(
  object: T,
  kind: KindName,
  { kind: ownerKind, owner }: { kind: KindName; owner: Claimed },
  api: ApiClient,
): Promise<T | undefined> {
  const metadata = { ownerReferences: [controllerReference(ownerKind, owner)], uid: object.metadata.uid }
  try {
    return (await api.patch(kind, object.metadata, { type: 'strategic', body: { metadata } })) as Kinds[KindName] &
      Claimed as unknown as T
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

async function release(object: Claimed, kind: KindName, owner: Claimed, api: ApiClient): Promise<void> {
  const ownerReferences = [{ $patch: 'delete', uid: owner.metadata.uid }]
  const body = { metadata: { ownerReferences, uid: object.metadata.uid } }
  try {
    await api.patch(kind, object.metadata, { type: 'strategic', body })
  } catch (error) {
    // Invalid: another object of the same name by now, or no such reference any more. Both are what was wanted.
    if (!isNotFound(error) && !isReason(error, 'Invalid')) throw error
  }
}
