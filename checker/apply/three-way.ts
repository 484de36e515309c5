import { isDeepStrictEqual } from 'node:util'
import { typeOf, type ValueType } from '../../cluster/apiserver/schema/schema.ts'
import { isMap } from '../files/located.ts'

type JsonObject = Readonly<Record<string, unknown>>
type Entry = readonly [key: string, value: unknown]

/** The three sides of an apply. */
export interface Sides {
  /** What the last apply said; empty when there was none. */
  readonly last: JsonObject
  /** What the file says. */
  readonly next: JsonObject
  /** What the server has. */
  readonly live: JsonObject
}

/** A patch, and how it is sent. */
export interface Patch {
  readonly body: JsonObject
  readonly contentType: 'application/strategic-merge-patch+json' | 'application/merge-patch+json'
}

/**
 * What `kubectl apply` sends to turn `live` into what `next` says: adds and changes what it names, removes what `last` named and it
 * no longer does, and leaves everything else alone. Undefined when nothing is to do. A strategic merge patch (apimachinery's
 * strategicpatch.CreateThreeWayMergePatch) for what Kubernetes ships; a JSON merge patch, in which lists are replaced whole, for the
 * kinds of others. With `last` the same as `live` it is the patch of `kubectl edit`.
 */
export function threeWayPatch(kind: { readonly apiVersion: string; readonly kind: string }, sides: Sides) {
  const type = typeOf(`${kind.apiVersion} ${kind.kind}`)
  const body = mapPatch(sides, type && { is: 'object', type }, false)
  if (Object.keys(body).length === 0) return undefined
  const contentType = type ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json'
  return { body, contentType } satisfies Patch
}

function mapPatch({ last, next, live }: Sides, type: ValueType | undefined, retainKeys: boolean): JsonObject {
  const changed = Object.entries(next).flatMap(([key, value]): readonly Entry[] => {
    const present = own(live, key)
    const field = fieldOf(type, key)
    if (isMap(value) && isMap(present) && !field.patchStrategies.includes('replace')) {
      const sides = { last: objectOf(own(last, key)), next: value, live: present }
      const inner = mapPatch(sides, field.type, field.patchStrategies.includes('retainKeys'))
      return Object.keys(inner).length > 0 ? [[key, inner]] : []
    }
    if (!Array.isArray(value) || !Array.isArray(present)) return value === present ? [] : [[key, value]]
    if (field.patchStrategies.includes('merge')) return listPatch(key, listOf(own(last, key)), value, present, field)
    return isDeepStrictEqual(value, present) ? [] : [[key, value]]
  })
  const removed = Object.keys(last).filter((key) => !Object.hasOwn(next, key))
  const entries = [...changed, ...removed.map((key): Entry => [key, null])]
  // What belongs to another choice goes: a strategy's rollingUpdate when its type is Recreate.
  const kept = Object.keys(next).filter((key) => next[key] !== null)
  const foreign = Object.keys(live).some((key) => live[key] !== null && !Object.hasOwn(next, key))
  if (retainKeys && kept.length > 0 && (entries.length > 0 || foreign)) entries.push(['$retainKeys', kept.sort()])
  return Object.fromEntries(entries)
}

/** Of a list that merges: its items are told apart by their merge key, or by themselves when they are plain values. */
function listPatch(
  key: string,
  last: readonly unknown[],
  next: readonly unknown[],
  live: readonly unknown[],
  { type, patchStrategies, patchMergeKey: mergeKey }: FieldRules,
): readonly Entry[] {
  const itemType = type?.is === 'list' ? type.items : undefined
  const identity = (item: unknown) => (mergeKey ? own(objectOf(item), mergeKey) : item)
  const find = (list: readonly unknown[], wanted: unknown) => list.find((item) => identity(item) === wanted)
  const changed = next.flatMap((item) => {
    const there = find(live, identity(item))
    if (there === undefined) return [item]
    if (!mergeKey) return []
    const sides = { last: objectOf(find(last, identity(item))), next: objectOf(item), live: objectOf(there) }
    const inner = mapPatch(sides, itemType, patchStrategies.includes('retainKeys'))
    return Object.keys(inner).length > 0 ? [{ ...inner, [mergeKey]: identity(item) }] : []
  })
  const removed = last.map(identity).filter((wanted) => find(next, wanted) === undefined)
  const items = mergeKey
    ? [...changed, ...removed.map((wanted) => ({ [mergeKey]: wanted, $patch: 'delete' }))]
    : changed
  const sameOrder = isDeepStrictEqual(live.map(identity), next.map(identity))
  const ordered = removed.length > 0 || (live.length > 0 && (changed.length > 0 || !sameOrder))
  const order = mergeKey ? next.map((item) => ({ [mergeKey]: identity(item) })) : next
  return [
    ...(items.length > 0 ? [[key, items] as const] : []),
    ...(!mergeKey && removed.length > 0 ? [[`$deleteFromPrimitiveList/${key}`, removed] as const] : []),
    ...(ordered && order.length > 0 ? [[`$setElementOrder/${key}`, order] as const] : []),
  ]
}

interface FieldRules {
  readonly type: ValueType | undefined
  readonly patchStrategies: readonly string[]
  readonly patchMergeKey?: string
}

function fieldOf(type: ValueType | undefined, key: string): FieldRules {
  const field = type?.is === 'object' ? type.type.fields.get(key) : undefined
  return field ?? { type: type?.is === 'map' ? type.values : undefined, patchStrategies: [] }
}

function own(map: JsonObject, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

function objectOf(value: unknown): JsonObject {
  return isMap(value) ? value : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
