import { isDeepStrictEqual } from 'node:util'
import type { Field, ObjectType, ValueType } from '../schema/schema.ts'
import { FieldSet } from './field-set.ts'

/** Which fields an update added, changed and took away. */
export interface Comparison {
  readonly added: FieldSet
  readonly modified: FieldSet
  readonly removed: FieldSet
}

type Json = Readonly<Record<string, unknown>>

/** Compares two objects of a type field by field. Follows structured-merge-diff's typed.Compare. Throws Keyless. */
export function compare(last: object, next: object, type: ObjectType): Comparison {
  const comparison = { added: new FieldSet(), modified: new FieldSet(), removed: new FieldSet() }
  walkFields(last as Json, next as Json, type, [], comparison)
  return comparison
}

/** One place: undefined is absent, null is there and empty. */
function walk(
  last: unknown,
  next: unknown,
  type: ValueType,
  field: Field | undefined,
  path: readonly string[],
  found: Comparison,
): void {
  if (last === undefined && next === undefined) return
  const descended = descend(last, next, type, field, path, found)
  if (descended) {
    if (last === undefined) found.added.insert(path)
    else if (next === undefined) found.removed.insert(path)
    return
  }
  if (last === undefined) found.added.insert(path)
  else if (next === undefined) found.removed.insert(path)
  else if (!isDeepStrictEqual(last, next)) found.modified.insert(path)
}

/** True when the parts were compared one by one; false for what merges as a whole. */
function descend(
  last: unknown,
  next: unknown,
  type: ValueType,
  field: Field | undefined,
  path: readonly string[],
  found: Comparison,
): boolean {
  if (isEmpty(last) && isEmpty(next)) return false
  if (type.is === 'list') {
    if (field?.listType !== 'map' && field?.listType !== 'set') return false
    if (!isListOrNone(last) || !isListOrNone(next)) return false
    const before = itemsOf(last, field)
    const after = itemsOf(next, field)
    for (const element of new Set([...before.keys(), ...after.keys()])) {
      const last = before.get(element)
      const next = after.get(element)
      // Of items with the same key nobody can say which one was meant: they change as a whole.
      const doubled = last instanceof Doubled || next instanceof Doubled
      walk(last, next, doubled ? WHOLE : type.items, undefined, [...path, element], found)
    }
    return true
  }
  if (type.is === 'scalar' || !isMapOrNone(last) || !isMapOrNone(next)) return false
  if (field?.mapType === 'atomic') return false
  if (type.is === 'object') {
    if (type.type.atomic) return false
    walkFields(last ?? {}, next ?? {}, type.type, path, found)
    return true
  }
  for (const key of new Set([...Object.keys(last ?? {}), ...Object.keys(next ?? {})])) {
    walk(last?.[key], next?.[key], type.values, undefined, [...path, `f:${key}`], found)
  }
  return true
}

function walkFields(last: Json, next: Json, type: ObjectType, path: readonly string[], found: Comparison): void {
  for (const key of new Set([...Object.keys(last), ...Object.keys(next)])) {
    const field = type.fields.get(key)
    if (field) walk(last[key], next[key], field.type, field, [...path, `f:${key}`], found)
  }
}

/** Several items with the same key. */
class Doubled {
  readonly items: unknown[]

  constructor(items: unknown[]) {
    this.items = items
  }
}

const WHOLE: ValueType = { is: 'scalar', scalar: 'any' }

/** An item has none of the keys that would tell it from others: no field of the object can be owned. */
export class Keyless extends Error {}

/** Items by their path element: `k:{"name":"web"}`, `v:"a"`. */
function itemsOf(list: readonly unknown[] | null | undefined, field: Field): Map<string, unknown> {
  const items = new Map<string, unknown>()
  for (const item of list ?? []) {
    const element = elementOf(item, field)
    const known = items.get(element)
    if (known instanceof Doubled) known.items.push(item)
    else items.set(element, items.has(element) ? new Doubled([known, item]) : item)
  }
  return items
}

function elementOf(item: unknown, { listType, listMapKeys = [] }: Field): string {
  if (listType === 'set') return `v:${JSON.stringify(item)}`
  const keys: Record<string, unknown> = {}
  for (const key of [...listMapKeys].sort()) {
    const value = (item as Json | null)?.[key]
    if (value !== undefined) keys[key] = value
  }
  if (Object.keys(keys).length === 0) throw new Keyless()
  return `k:${JSON.stringify(keys)}`
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function isListOrNone(value: unknown): value is readonly unknown[] | null | undefined {
  return value === undefined || value === null || Array.isArray(value)
}

function isMapOrNone(value: unknown): value is Json | null | undefined {
  return value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value))
}
