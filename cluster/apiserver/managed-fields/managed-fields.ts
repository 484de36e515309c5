import { isDeepStrictEqual } from 'node:util'
import { timestamp } from '../../apimachinery/clock.ts'
import type { AnyObject, ManagedFields } from '../../apimachinery/objects.ts'
import type { Call, Registry } from '../registry/call.ts'
import type { DraftObject } from '../resource.ts'
import { type ObjectType, typeOf } from '../schema/schema.ts'
import { type Comparison, compare, Keyless } from './compare.ts'
import { emptyObject } from './empty.ts'
import { FieldSet, type FieldsV1 } from './field-set.ts'

/** What nobody owns: the system's own fields. */
const SYSTEM_FIELDS = [
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((field) => ['f:metadata', `f:${field}`]),
]

/** What a write of `/status` does not touch, and so does not own. */
const NOT_IN_STATUS: Readonly<Record<string, readonly string[][]>> = {
  'apps/v1 Deployment': [['f:spec'], ['f:metadata', 'f:labels']],
  'v1 Pod': [['f:spec'], ['f:metadata', 'f:deletionTimestamp'], ['f:metadata', 'f:ownerReferences']],
}

/** Notes that the manager set every field of a new object. */
export function managedByCreate(registry: Registry, call: Call, object: DraftObject): void {
  record(registry, call, object, emptyObject(call.resource.name), object.metadata.managedFields ?? [])
}

/**
 * Notes which fields the manager changed, and takes them from the others. Follows managedfields.FieldManager.Update. A client that
 * sends other managedFields than it got changes them.
 */
export function managedByUpdate(registry: Registry, call: Call, next: DraftObject, last: AnyObject): void {
  const sent = next.metadata.managedFields
  const known = last.metadata.managedFields ?? []
  const entries = sent && sent.length > 0 && !call.subresource ? sent : known
  if (entries.length === 0) {
    // Nobody's fields have been tracked from the start: nobody's are now.
    delete next.metadata.managedFields
    return
  }
  if (call.subresource === 'scale') recordScale(call, next, last, entries)
  else record(registry, call, next, last, entries)
}

/** Whether two objects differ in nothing but the times in their managedFields: then nothing has changed. */
export function sameButTimes(next: AnyObject, last: AnyObject): boolean {
  const { metadata: nextMeta, ...nextRest } = next
  const { metadata: lastMeta, ...lastRest } = last
  const { managedFields: nextManaged, ...nextOthers } = nextMeta
  const { managedFields: lastManaged, ...lastOthers } = lastMeta
  return (
    isDeepStrictEqual(nextOthers, lastOthers) &&
    isDeepStrictEqual(nextRest, lastRest) &&
    isDeepStrictEqual(timeless(nextManaged), timeless(lastManaged))
  )
}

function timeless(entries: readonly ManagedFields[] | undefined): object[] {
  return (entries ?? []).map(({ time: _, ...entry }) => entry).sort((a, b) => (identity(a) < identity(b) ? -1 : 1))
}

function identity({ manager, operation, apiVersion, subresource = '' }: ManagedFields): string {
  return [manager, operation, apiVersion, subresource].join('\n')
}

function record(
  { clock }: Registry,
  { resource, subresource, manager }: Call,
  next: DraftObject,
  last: object,
  entries: readonly ManagedFields[],
): void {
  const type = typeOf(resource.name)
  if (!type) return
  const compared = comparison(last, next, type)
  if (!compared) {
    delete next.metadata.managedFields
    return
  }
  const { added, modified, removed } = exclude(compared, ownless(resource.name, subresource))
  const changed = added.union(modified)
  const mine: ManagedFields = {
    manager,
    operation: 'Update',
    apiVersion: resource.apiVersion,
    time: timestamp(clock.now()),
    fieldsType: 'FieldsV1',
    ...(subresource && { subresource }),
  }
  const own = identity(mine)
  const kept: ManagedFields[] = []
  let set = new FieldSet()
  for (const entry of entries) {
    const fields = FieldSet.parse((entry.fieldsV1 ?? {}) as FieldsV1)
    if (identity(entry) === own) {
      set = fields
      continue
    }
    const left = fields.difference(changed).difference(removed)
    if (!left.empty) kept.push({ ...entry, fieldsV1: left.toJSON() })
  }
  set = set.difference(removed).union(changed).difference(SYSTEM)
  if (!set.empty) kept.push({ ...mine, fieldsV1: set.toJSON() })
  if (kept.length > 0) next.metadata.managedFields = kept
  else delete next.metadata.managedFields
}

/** Undefined when an item cannot be told from others: then, as in Kubernetes, nobody owns anything of the object. */
function comparison(last: object, next: object, type: ObjectType): Comparison | undefined {
  try {
    return compare(last, next, type)
  } catch (error) {
    if (error instanceof Keyless) return undefined
    throw error
  }
}

/**
 * `/scale` shows one field, and 0 of it as none: what nobody owns there is not tracked, and no time is noted, since Kubernetes
 * translates the entries of the object to those of a Scale and back. Follows managedfields.ScaleHandler.
 */
function recordScale(
  { resource, subresource, manager }: Call,
  next: DraftObject,
  last: AnyObject,
  entries: readonly ManagedFields[],
): void {
  const replicas = replicasOf(next)
  const sets = entries.map((entry) => FieldSet.parse((entry.fieldsV1 ?? {}) as FieldsV1))
  next.metadata.managedFields = entries
  if (replicas === replicasOf(last) || !sets.some((set) => set.has(REPLICAS))) return
  const field = new FieldSet()
  field.insert(REPLICAS)
  const kept = entries.flatMap((entry, index) => {
    const left = (sets[index] as FieldSet).difference(field)
    return left.empty ? [] : [{ ...entry, fieldsV1: left.toJSON() }]
  })
  const mine: ManagedFields = {
    manager,
    operation: 'Update',
    apiVersion: resource.apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: field.toJSON(),
    ...(subresource && { subresource }),
  }
  next.metadata.managedFields = replicas === 0 ? kept : [...kept, mine]
}

const REPLICAS = ['f:spec', 'f:replicas']

function replicasOf({ spec }: DraftObject | AnyObject): number {
  return (spec as { replicas?: number } | undefined)?.replicas ?? 0
}

/** Fields that this endpoint resets, so that a write through it owns nothing of them. */
function ownless(kind: string, subresource: string | undefined): FieldSet | undefined {
  const set = new FieldSet()
  if (subresource === 'status') for (const path of NOT_IN_STATUS[kind] ?? [['f:spec']]) set.insert(path)
  else set.insert(['f:status'])
  return set
}

function exclude(compared: Comparison, out: FieldSet | undefined): Comparison {
  if (!out) return compared
  const { added, modified, removed } = compared
  return { added: added.without(out), modified: modified.without(out), removed: removed.without(out) }
}

const SYSTEM = new FieldSet()
for (const path of SYSTEM_FIELDS) SYSTEM.insert(path)
