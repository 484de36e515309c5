import { isDeepStrictEqual } from 'node:util'
import type { AnyObject } from '../../apimachinery/objects.ts'
import { Entry } from '../../etcd/entry.ts'
import { applyDefaults } from '../defaults/defaults.ts'
import { managedByUpdate, sameButTimes } from '../managed-fields/managed-fields.ts'
import { type DraftObject, storeKey } from '../resource.ts'
import type { Call, Registry } from './call.ts'
import { create } from './create.ts'
import { hostOf } from './host.ts'
import { checkName, finished, keepSystemFields } from './metadata.ts'
import { conflict, MODIFIED, notFound, plainError } from './refusals.ts'
import { unconditionalUpdate, validateNext, versionRequired } from './validate.ts'

/** Kinds that a PUT of an absent object creates. */
const CREATED_ON_UPDATE: ReadonlySet<string> = new Set([
  'v1 Service',
  'v1 Endpoints',
  'v1 Event',
  'coordination.k8s.io/v1 Lease',
])

export interface Written {
  readonly entry: Entry<AnyObject>
  readonly created: boolean
}

/** Replaces the object, or its status. Throws Conflict when the given resourceVersion is not the current one. */
export function update(registry: Registry, call: Call, given: object): Written {
  const { resource, namespace, name = '' } = call
  const next = applyDefaults(resource.name, given) as unknown as DraftObject
  next.metadata ??= {}
  checkName(call, next)
  const last = registry.store.get(storeKey(resource, namespace, name))
  if (last) return { entry: replace(registry, call, next, last), created: false }
  if (!CREATED_ON_UPDATE.has(resource.name) || call.subresource) throw notFound(resource, name)
  delete next.metadata.resourceVersion
  return { entry: create(registry, call, next), created: true }
}

/** The part of an update that a patch shares: `next` is complete and defaulted, and may be changed. */
export function replace(registry: Registry, call: Call, next: DraftObject, last: Entry<AnyObject>): Entry<AnyObject> {
  const { resource, subresource, dryRun, name = '' } = call
  const { declaration } = resource
  checkIdentity(call, next, last)
  const host = hostOf(registry, dryRun)
  managedByUpdate(registry, call, next, last.value)
  keepSystemFields(next, last.value)
  next.metadata.resourceVersion = last.value.metadata.resourceVersion

  const before = last.value as never
  if (subresource === 'status') {
    if (declaration.prepareForStatusUpdate) declaration.prepareForStatusUpdate(next as never, before, host)
    else keepAllButStatus(next, last.value)
  } else {
    if (last.value.status !== undefined) next.status = last.value.status
    else delete next.status
    // What `/finalize` is for is just what an update of a namespace may not change.
    if (subresource !== 'finalize') declaration.prepareForUpdate?.(next as never, before, host)
    countGeneration(call, next, last.value)
  }
  validateNext(call, next as unknown as AnyObject, last.value)

  const settled = finished(next, last.revision)
  if (sameButTimes(settled, last.value) || isDeepStrictEqual(settled, last.value)) return last
  if (dryRun) return Entry.of(last.key, last.revision, settled)
  if (isLetGo(next)) return registry.store.delete(last.key, last.revision, (revision) => finished(next, revision))
  try {
    return registry.store.put(last.key, last.revision, (revision) => finished(next, revision))
  } catch (error) {
    if (error instanceof Error && error.name === 'Conflict') throw conflict(resource, name, MODIFIED)
    throw error
  }
}

function checkIdentity({ resource, name = '' }: Call, { metadata }: DraftObject, last: Entry<AnyObject>): void {
  const { uid, resourceVersion } = metadata
  const current = last.value.metadata
  if (resourceVersion && !/^\d+$/.test(resourceVersion)) {
    throw plainError(`strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`)
  }
  if (uid && uid !== current.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.uid}`
    throw conflict(
      resource,
      name,
      `StorageError: invalid object, Code: 4, Key: ${last.key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
    )
  }
  const unconditional = !resourceVersion || resourceVersion === '0'
  if (unconditional && !unconditionalUpdate(resource)) throw versionRequired(resource, name)
  if (!unconditional && resourceVersion !== current.resourceVersion) throw conflict(resource, name, MODIFIED)
}

/** What a status update of most kinds leaves alone: all but status, labels and annotations stay. */
function keepAllButStatus(next: DraftObject, last: AnyObject): void {
  const { status, metadata } = next
  for (const field of Object.keys(next)) if (!(field in last)) delete next[field]
  Object.assign(next, last)
  if (status === undefined) delete next.status
  else next.status = status
  next.metadata = metadata
}

function sameAnnotations(next: DraftObject, last: AnyObject): boolean {
  return isDeepStrictEqual(next.metadata.annotations ?? {}, last.metadata.annotations ?? {})
}

/** A change of the spec is a new generation. */
function countGeneration({ resource }: Call, next: DraftObject, last: AnyObject): void {
  if (!resource.declaration.generation) return
  const sameSpec = isDeepStrictEqual(next.spec, last.spec)
  // A Deployment copies its annotations to its ReplicaSets: changing them is work for its controller too.
  const same = sameSpec && (resource.name !== 'apps/v1 Deployment' || sameAnnotations(next, last))
  if (same) return
  next.metadata.generation = (last.metadata.generation ?? 0) + 1
}

/** Whether the last finalizer of a deleted object has just gone, so that nothing holds it any more. */
export function isLetGo({ metadata, spec, kind }: DraftObject): boolean {
  if (!metadata.deletionTimestamp || (metadata.finalizers?.length ?? 0) > 0) return false
  if (kind === 'Namespace' && ((spec as { finalizers?: unknown[] } | undefined)?.finalizers?.length ?? 0) > 0)
    return false
  return !metadata.deletionGracePeriodSeconds
}
