import { isNotFound } from '../../apimachinery/errors.ts'
import type { AnyObject, KindName, OwnerReference } from '../../apimachinery/objects.ts'
import type { Context } from '../../client/controller.ts'
import { resources } from '../resources.ts'

export const FOREGROUND = 'foregroundDeletion'
export const ORPHAN = 'orphan'

/** An object that waits for its dependents to be deleted before it. */
export function waitsForDependents({ metadata }: AnyObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).includes(FOREGROUND)
}

export interface Owners {
  /** Those that are there and mean to stay. */
  readonly solid: readonly OwnerReference[]
  /** Those that are gone. */
  readonly dangling: readonly OwnerReference[]
  /** Those that wait for this object to go first. */
  readonly waiting: readonly OwnerReference[]
}

/** What has become of an object's owners. An owner of a kind that this server does not know counts as there. */
export async function ownersOf(object: AnyObject, context: Pick<Context, 'api' | 'cache'>): Promise<Owners> {
  const solid: OwnerReference[] = []
  const dangling: OwnerReference[] = []
  const waiting: OwnerReference[] = []
  for (const reference of object.metadata.ownerReferences ?? []) {
    const owner = await find(reference, object.metadata.namespace, context)
    if (owner === 'unknown') solid.push(reference)
    else if (!owner) dangling.push(reference)
    else if (waitsForDependents(owner)) waiting.push(reference)
    else solid.push(reference)
  }
  return { solid, dangling, waiting }
}

/** The owner as it is; asks the server before it believes that it is gone. */
async function find(
  { apiVersion, kind, name, uid }: OwnerReference,
  namespace: string | undefined,
  { api, cache }: Pick<Context, 'api' | 'cache'>,
): Promise<AnyObject | undefined | 'unknown'> {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : ''
  const resource = resources.find((known) => known.group === group && known.kind === kind)
  if (!resource) return 'unknown'
  if (resource.namespaced && !namespace) return 'unknown'
  const key = resource.namespaced ? { namespace: namespace as string, name } : { name }
  const cached = cache.get(resource.name, resource.namespaced ? `${namespace}/${name}` : name)
  if (cached?.metadata.uid === uid) return cached as AnyObject
  try {
    const live = await api.get(resource.name as KindName, key)
    return live.metadata.uid === uid ? (live as AnyObject) : undefined
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
