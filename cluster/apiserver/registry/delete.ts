import { timestamp } from '../../apimachinery/clock.ts'
import type { ApiError } from '../../apimachinery/errors.ts'
import { failure } from '../../apimachinery/errors.ts'
import type { AnyObject, Status } from '../../apimachinery/objects.ts'
import { Entry } from '../../etcd/entry.ts'
import type { DraftObject } from '../resource.ts'
import { IMMORTAL_NAMESPACES } from './admission.ts'
import type { Call, Registry } from './call.ts'
import { finished } from './metadata.ts'
import { get } from './read.ts'
import { conflict, forbidden } from './refusals.ts'

export type PropagationPolicy = 'Background' | 'Foreground' | 'Orphan'

export interface Deletion {
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: PropagationPolicy
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

/** The object as it is now (waiting for its end, or as it last was), or a Status with its uid when it is gone. */
export type Deleted = Entry<AnyObject> | Status

/** Kinds that answer a deletion with the object itself. */
const ANSWERED_WITH_OBJECT: ReadonlySet<string> = new Set(['v1 Pod', 'v1 Service', 'v1 ServiceAccount'])
const COLLECTOR_FINALIZERS = ['orphan', 'foregroundDeletion']

/** Deletes, or marks for deletion what a grace period or a finalizer still holds. Follows registry/generic and rest.BeforeDelete. */
export function remove(registry: Registry, call: Call, options: Deletion): Deleted {
  const { resource, name = '' } = call
  if (resource.name === 'v1 Namespace' && IMMORTAL_NAMESPACES.has(name)) {
    throw forbidden(resource, name, 'this namespace may not be deleted')
  }
  const entry = get(registry, call)
  checkPreconditions(call, entry.value, options)

  const marked = structuredClone(entry.value) as unknown as DraftObject
  const grace = mark(registry, call, marked, options)
  if (grace === 'pending') return answer(call, entry)
  const finalizers = finalizersFor(marked, options)
  const finalizersChange = finalizers.join() !== (marked.metadata.finalizers ?? []).join()
  if (finalizers.length > 0) marked.metadata.finalizers = finalizers
  else delete marked.metadata.finalizers

  const held = finalizers.length > 0 || isNamespaceHeld(marked)
  if (grace === 'none' && !held) return answer(call, end(registry, call, entry))
  if (grace === 'none') markNow(registry, marked)
  const changed = grace === 'marked' || finalizersChange || !entry.value.metadata.deletionTimestamp
  const updated = changed ? write(registry, call, entry, marked) : entry
  const wait = marked.metadata.deletionGracePeriodSeconds ?? 0
  if (held || wait > 0) return updated
  return answer(call, end(registry, call, updated))
}

/**
 * Sets deletionTimestamp and grace period where the kind has a graceful deletion. `pending`: one is already under way and this
 * asks for nothing new. `none`: the kind, or the object's state, knows no grace.
 */
function mark(
  { clock }: Registry,
  { resource }: Call,
  object: DraftObject,
  options: Deletion,
): 'marked' | 'pending' | 'none' {
  const { metadata } = object
  const asked = options.gracePeriodSeconds
  const { gracePeriod } = resource.declaration
  if (!gracePeriod) return 'none'
  if (metadata.deletionTimestamp) {
    const granted = metadata.deletionGracePeriodSeconds ?? 0
    if (granted === 0) return 'none'
    if (asked === undefined || asked >= granted) return 'pending'
    const started = Date.parse(metadata.deletionTimestamp) - granted * 1000
    metadata.deletionTimestamp = timestamp(started + asked * 1000)
    metadata.deletionGracePeriodSeconds = asked
    return 'marked'
  }
  const granted = gracePeriod(object as never, asked)
  metadata.deletionTimestamp = timestamp(clock.now() + granted * 1000)
  metadata.deletionGracePeriodSeconds = granted
  if (metadata.generation) metadata.generation += 1
  return 'marked'
}

/** An object without a graceful deletion that something holds. Follows registry.markAsDeleting. */
function markNow({ clock }: Registry, object: DraftObject): void {
  const { metadata } = object
  if (object.kind === 'Namespace') {
    metadata.deletionTimestamp ??= timestamp(clock.now())
    object.status = { ...(object.status as object), phase: 'Terminating' }
    return
  }
  if (!metadata.deletionTimestamp) {
    metadata.deletionTimestamp = timestamp(clock.now())
    if (metadata.generation) metadata.generation += 1
  }
  metadata.deletionGracePeriodSeconds = 0
}

/** The policy's finalizer added, the other one taken away. Without a policy what is there stays. */
function finalizersFor({ metadata }: DraftObject, { propagationPolicy }: Deletion): string[] {
  const present = metadata.finalizers ?? []
  if (!propagationPolicy) return [...present]
  const others = present.filter((finalizer) => !COLLECTOR_FINALIZERS.includes(finalizer))
  if (propagationPolicy === 'Orphan') others.push('orphan')
  if (propagationPolicy === 'Foreground') others.push('foregroundDeletion')
  return others
}

function isNamespaceHeld({ kind, spec }: DraftObject): boolean {
  return kind === 'Namespace' && ((spec as { finalizers?: unknown[] } | undefined)?.finalizers?.length ?? 0) > 0
}

function checkPreconditions({ resource, name = '' }: Call, { metadata }: AnyObject, { preconditions }: Deletion): void {
  const { uid, resourceVersion } = preconditions ?? {}
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}).`
    throw conflict(resource, name, `${why} The object might have been deleted and then recreated`)
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion})`
    const record = `does not match the ResourceVersion in record (${metadata.resourceVersion}).`
    throw conflict(resource, name, `${why} ${record} The object might have been modified`)
  }
}

function write({ store }: Registry, { dryRun }: Call, last: Entry<AnyObject>, object: DraftObject): Entry<AnyObject> {
  if (dryRun) return Entry.of(last.key, last.revision, finished(object, last.revision))
  return store.put(last.key, last.revision, (revision) => finished(object, revision))
}

function end({ store }: Registry, { dryRun }: Call, last: Entry<AnyObject>): Entry<AnyObject> {
  if (dryRun) return last
  const gone = last.value as unknown as DraftObject
  return store.delete(last.key, last.revision, (revision) => finished(gone, revision))
}

function answer({ resource, name = '' }: Call, entry: Entry<AnyObject>): Deleted {
  if (ANSWERED_WITH_OBJECT.has(resource.name) || entry.value.metadata.deletionTimestamp) return entry
  const details = { name, ...(resource.group && { group: resource.group }), kind: resource.plural }
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { ...details, uid: entry.value.metadata.uid },
  }
}

/** 422 of the options themselves. */
export function invalidOptions(kind: string, message: string): ApiError {
  return failure(422, 'Invalid', `${kind}.meta.k8s.io "" is invalid: ${message}`)
}
