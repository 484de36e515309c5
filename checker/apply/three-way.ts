/**
 * What an object is after `kubectl apply`: the server's present object, with what the file says put in, and what the file said at
 * the last apply and says no more taken out. Follows strategicpatch.CreateThreeWayMergePatch, but gives the outcome rather than
 * a patch: the same object results, whoever applies next.
 */
import { isMap, type Json, type JsonMap } from '../files/located.ts'

/** How a field merges. No rules at all: maps merge key by key, lists are replaced. */
export interface MergeRules {
  /** The rules of a field of a map, or of the values of a map with free keys. */
  field(name: string): MergeRules | undefined
  /** Lists only: items are told apart by this key; `''` for a list of plain values that merges as a set. */
  readonly mergeKey?: string
  /** Lists only: the rules of an item. */
  readonly item?: MergeRules
  /** Keys that the file does not have are dropped (`strategy` of a Deployment, volumes). */
  readonly retainKeys?: boolean
}

/** `last` is what the last-applied annotation holds; undefined when there is none. Nothing that is passed in is changed. */
export function threeWayMerge(last: JsonMap | undefined, next: JsonMap, live: JsonMap, rules?: MergeRules): JsonMap {
  return mergeMap(last ?? {}, next, live, rules)
}

function mergeMap(last: JsonMap, next: JsonMap, live: JsonMap, rules: MergeRules | undefined): JsonMap {
  const merged: JsonMap = {}
  for (const [key, value] of Object.entries(live)) {
    if (Object.hasOwn(next, key)) continue
    if (Object.hasOwn(last, key) || rules?.retainKeys) continue
    set(merged, key, value)
  }
  for (const [key, value] of Object.entries(next)) {
    // a null in a file means: not there
    if (value === null) continue
    set(merged, key, mergeValue(own(last, key), value, own(live, key), rules?.field(key)))
  }
  return merged
}

function mergeValue(last: Json | undefined, next: Json, live: Json | undefined, rules: MergeRules | undefined): Json {
  if (isMap(next)) return mergeMap(isMap(last) ? last : {}, next, isMap(live) ? live : {}, rules)
  if (Array.isArray(next) && rules?.mergeKey !== undefined && Array.isArray(live)) {
    const before = Array.isArray(last) ? last : []
    return rules.mergeKey === ''
      ? mergeSet(before, next, live)
      : mergeList(before, next, live, rules.mergeKey, rules.item)
  }
  return next
}

/** A list of plain values that merges: the file's, then what others added. */
function mergeSet(last: Json[], next: Json[], live: Json[]): Json[] {
  const theirs = live.filter((value) => !next.includes(value) && !last.includes(value))
  return interleaved(theirs, next, (value) => live.indexOf(value))
}

function mergeList(last: Json[], next: Json[], live: Json[], key: string, rules: MergeRules | undefined): Json[] {
  const find = (list: Json[], value: Json | undefined) => list.find((item) => isMap(item) && item[key] === value)
  const keyed = (item: Json): item is JsonMap => isMap(item) && item[key] !== undefined
  // without its key an item cannot be told from others: the list is replaced, and validation says what is missing
  if (!next.every(keyed)) return next
  const ours = next.map((item) => {
    const [before, there] = [find(last, item[key]), find(live, item[key])]
    return mergeMap(isMap(before) ? before : {}, item, isMap(there) ? there : {}, rules)
  })
  const theirs = live.filter((item) => keyed(item) && !find(next, item[key]) && !find(last, item[key]))
  const place = (item: Json) => live.findIndex((other) => isMap(other) && isMap(item) && other[key] === item[key])
  return interleaved(theirs, ours, place)
}

/**
 * What others added, among what the file says: each stands before the first of the file's that came after it on the server; as
 * strategicpatch.mergeSortedSlice has it.
 */
function interleaved(theirs: readonly Json[], ours: readonly Json[], place: (item: Json) => number): Json[] {
  const merged: Json[] = []
  const [left, right] = [[...theirs], [...ours]]
  while (left.length > 0 && right.length > 0) {
    const [a, b] = [place(left[0] as Json), place(right[0] as Json)]
    merged.push((a >= 0 && b >= 0 && a < b ? left : right).shift() as Json)
  }
  return [...merged, ...left, ...right]
}

/** Equal as JSON, whatever the order of keys. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameJson(item, b[index]))
  if (!isMap(a) || !isMap(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
}

function own(map: JsonMap, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

function set(map: JsonMap, key: string, value: Json): void {
  Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
}
