import { isDeepStrictEqual } from 'node:util'
import type { Field, ObjectType, ValueType } from '../schema/schema.ts'
import { isMap } from './merge-patch.ts'
import { plainError } from './refusals.ts'

type Json = Record<string, unknown>

const DIRECTIVE = '$patch'
const ORDER = '$setElementOrder/'
const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/'
const RETAIN_KEYS = '$retainKeys'

/**
 * A strategic merge patch: lists with a merge key are merged by it, and directives are obeyed (`$patch: delete|replace|merge`,
 * `$setElementOrder/x`, `$deleteFromPrimitiveList/x`, `$retainKeys`, null). Follows apimachinery's strategicpatch. Neither argument
 * is changed. Throws a bare 500 for a bad directive or an item without its merge key, as kube-apiserver does.
 */
export function strategicMerge(target: unknown, patch: Readonly<Json>, type: ObjectType | undefined): unknown {
  return mergeMap(isMap(target) ? target : {}, patch, type, false)
}

function mergeMap(target: Readonly<Json>, patch: Readonly<Json>, type: ObjectType | undefined, retains: boolean): Json {
  const directive = patch[DIRECTIVE]
  if (directive !== undefined) {
    if (directive === 'replace') return withoutDirectives(patch) as Json
    if (directive === 'delete') return {}
    if (directive !== 'merge') throw badDirective(directive, patch)
  }
  const merged: Json = { ...target }
  const retained = patch[RETAIN_KEYS]
  if (retained !== undefined && Array.isArray(retained)) {
    if (!retains && type) throw plainError(`${RETAIN_KEYS} directive is not allowed without retainKeys patch strategy`)
    for (const key of Object.keys(merged)) if (!retained.includes(key)) delete merged[key]
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key === DIRECTIVE || key === RETAIN_KEYS || key.startsWith(ORDER)) continue
    if (key.startsWith(DELETE_PRIMITIVES)) {
      const field = key.slice(DELETE_PRIMITIVES.length)
      const current = merged[field]
      if (Array.isArray(current) && Array.isArray(value))
        merged[field] = current.filter((item) => !value.includes(item))
      continue
    }
    if (value === null) {
      delete merged[key]
      continue
    }
    if (Array.isArray(value)) checkOrder(patch, key, value, type?.fields.get(key)?.patchMergeKey)
    merged[key] = mergeField(merged[key], value, type?.fields.get(key), order(patch, key))
  }
  // An order without a patch of its list only sorts.
  for (const [key, wanted] of Object.entries(patch)) {
    if (!key.startsWith(ORDER) || !Array.isArray(wanted)) continue
    const name = key.slice(ORDER.length)
    if (name in patch) continue
    const current = merged[name]
    if (Array.isArray(current)) merged[name] = inOrder(current, current, wanted, type?.fields.get(name)?.patchMergeKey)
  }
  return merged
}

/** Every item of the patch must stand in its `$setElementOrder`. */
function checkOrder(patch: Readonly<Json>, key: string, items: readonly unknown[], mergeKey: string | undefined): void {
  const wanted = order(patch, key)
  if (!wanted) return
  const identity = (item: unknown) => JSON.stringify(mergeKey && isMap(item) ? item[mergeKey] : item)
  const listed = new Set(wanted.map(identity))
  const kept = items.filter((item) => !(isMap(item) && item[DIRECTIVE] === 'delete'))
  if (kept.every((item) => listed.has(identity(item)))) return
  throw plainError(
    `The order in patch list:\n${goMap(items)}\n doesn't match ${ORDER.slice(0, -1)} list:\n${goMap(wanted)}\n`,
  )
}

function order(patch: Readonly<Json>, key: string): readonly unknown[] | undefined {
  const wanted = patch[ORDER + key]
  return Array.isArray(wanted) ? wanted : undefined
}

function mergeField(
  target: unknown,
  value: unknown,
  field: Field | undefined,
  wanted: readonly unknown[] | undefined,
): unknown {
  const retains = field?.patchStrategies.includes('retainKeys') ?? false
  if (isMap(value)) {
    if (field?.patchStrategies.includes('replace')) return withoutDirectives(value)
    return mergeMap(isMap(target) ? target : {}, value, objectType(field?.type), retains)
  }
  if (!Array.isArray(value)) return value
  if (!field?.patchStrategies.includes('merge')) return replaced(value)
  const current = Array.isArray(target) ? target : []
  const { patchMergeKey } = field
  if (!patchMergeKey) return mergePrimitives(current, value, wanted)
  return mergeItems(current, value, patchMergeKey, objectType(field.type), retains, wanted)
}

function objectType(type: ValueType | undefined): ObjectType | undefined {
  if (type?.is === 'object') return type.type
  if (type?.is === 'list') return objectType(type.items)
  return undefined
}

function mergePrimitives(
  current: readonly unknown[],
  patch: readonly unknown[],
  wanted: readonly unknown[] | undefined,
): unknown[] {
  const merged = [...patch.filter((item) => !current.includes(item)), ...current]
  return inOrder(merged, current, wanted ?? patch, undefined)
}

function mergeItems(
  current: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string,
  type: ObjectType | undefined,
  retains: boolean,
  wanted: readonly unknown[] | undefined,
): unknown[] {
  // `{$patch: replace}` among the items: the others are the whole new list.
  if (patch.some((item) => isMap(item) && item[DIRECTIVE] === 'replace' && !(mergeKey in item))) {
    return patch.filter((item) => isMap(item) && item[DIRECTIVE] !== 'replace').map(withoutDirectives)
  }
  let merged = [...current]
  const added: unknown[] = []
  for (const item of patch) {
    if (!isMap(item)) throw plainError(`expected map[string]interface{} but got ${typeof item}`)
    const directive = item[DIRECTIVE]
    const key = item[mergeKey]
    if (key === undefined || key === null) {
      if (directive === 'merge') continue
      throw plainError(`map: ${goMap(item)} does not contain declared merge key: ${mergeKey}`)
    }
    const same = (other: unknown) => isMap(other) && isDeepStrictEqual(other[mergeKey], key)
    if (directive === 'delete') {
      merged = merged.filter((other) => !same(other))
      continue
    }
    if (directive === 'replace') {
      const next = withoutDirectives(item)
      const at = merged.findIndex(same)
      if (at >= 0) merged[at] = next
      else added.push(next)
      continue
    }
    if (directive !== undefined && directive !== 'merge') throw badDirective(directive, item)
    const at = merged.findIndex(same)
    if (at >= 0) merged[at] = mergeMap(merged[at] as Json, item, type, retains)
    else added.push(mergeMap({}, item, type, retains))
  }
  const all = [...added, ...merged]
  return inOrder(all, current, wanted ?? patch, mergeKey)
}

/**
 * Puts the items that are named in `wanted` into that order; the others keep their place relative to those that they followed.
 * Follows strategicpatch.normalizeElementOrder.
 */
function inOrder(
  items: readonly unknown[],
  server: readonly unknown[],
  wanted: readonly unknown[],
  mergeKey: string | undefined,
): unknown[] {
  const identity = (item: unknown) => JSON.stringify(mergeKey && isMap(item) ? item[mergeKey] : item)
  const wantedAt = new Map(wanted.map((item, index) => [identity(item), index]))
  const serverAt = new Map(server.map((item, index) => [identity(item), index]))
  const listed = items
    .filter((item) => wantedAt.has(identity(item)))
    .sort((a, b) => (wantedAt.get(identity(a)) ?? 0) - (wantedAt.get(identity(b)) ?? 0))
  const serverOnly = items.filter((item) => !wantedAt.has(identity(item)))
  const merged: unknown[] = []
  let at = 0
  for (const item of listed) {
    const place = serverAt.get(identity(item))
    while (at < serverOnly.length && place !== undefined) {
      const other = serverAt.get(identity(serverOnly[at])) ?? -1
      if (other >= place) break
      merged.push(serverOnly[at++])
    }
    merged.push(item)
  }
  return [...merged, ...serverOnly.slice(at)]
}

function replaced(list: readonly unknown[]): unknown[] {
  return list
    .filter((item) => !(isMap(item) && (item[DIRECTIVE] === 'replace' || item[DIRECTIVE] === 'delete')))
    .map(withoutDirectives)
}

function withoutDirectives(value: unknown): unknown {
  if (!isMap(value)) return value
  const kept: Json = {}
  for (const [key, part] of Object.entries(value)) {
    if (key === DIRECTIVE || key === RETAIN_KEYS || key.startsWith(ORDER) || key.startsWith(DELETE_PRIMITIVES)) continue
    if (part !== null) kept[key] = part
  }
  return kept
}

function badDirective(directive: unknown, patch: Readonly<Json>) {
  return plainError(`unknown patch type: ${directive} in map: ${goMap(patch)}`)
}

/** As Go's %v prints a map. */
export function goMap(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goMap).join(' ')}]`
  if (!isMap(value)) return value === null ? '<nil>' : String(value)
  const parts = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goMap(value[key])}`)
  return `map[${parts.join(' ')}]`
}
