import { distance } from 'fastest-levenshtein'
import type { ObjectType, ValueType } from '../../cluster/apiserver/schema/schema.ts'
import { type FieldPath, formatPath } from '../files/located.ts'

/** The names that someone may have meant, nearest first; none when nothing is near. */
export function nearest(typed: string, names: Iterable<string>, most = 2): string[] {
  const lower = typed.toLowerCase()
  const allowed = Math.max(1, Math.floor(typed.length / 3))
  return [...names]
    .map((name) => ({ name, score: score(lower, name.toLowerCase()) }))
    .filter(({ score: steps }) => steps <= allowed)
    .sort((a, b) => a.score - b.score || a.name.localeCompare(b.name))
    .slice(0, most)
    .map(({ name }) => name)
}

function score(typed: string, name: string): number {
  if (typed === name) return 0
  if (`${typed}s` === name || typed === `${name}s`) return 0.5
  return distance(typed, name)
}

/**
 * Where in the same object a field of this name belongs: the levels above the place where it was found, then those below, as far as
 * three steps. Undefined when there is none, or the way there is not clear.
 */
export function placeElsewhere(field: string, path: FieldPath, root: ObjectType): string | undefined {
  const types = typesAlong(root, path)
  for (let level = types.length - 2; level >= 0; level--) {
    if (types[level]?.fields.has(field)) return formatPath(path.slice(0, level)) || 'the object itself'
  }
  for (let level = types.length - 1; level >= 0; level--) {
    const type = types[level]
    const below = type && downTo(field, type, 3)
    if (below) return formatPath([...path.slice(0, level), ...below]).replaceAll('[0]', '[]')
  }
  return undefined
}

/** The types of a path's levels, the root's first; lists and maps take their step with them. */
function typesAlong(root: ObjectType, path: FieldPath): (ObjectType | undefined)[] {
  const types: (ObjectType | undefined)[] = [root]
  let type: ObjectType | undefined = root
  for (const step of path) {
    if (typeof step === 'string') type = held(type?.fields.get(step)?.type) ?? type
    types.push(type)
  }
  return types
}

/** The shortest way down to a type that has the field; an item of a list is `0`. */
function downTo(wanted: string, type: ObjectType, depth: number): FieldPath | undefined {
  let level: { type: ObjectType; path: FieldPath }[] = [{ type, path: [] }]
  for (let steps = 0; steps < depth; steps++) {
    const next: typeof level = []
    for (const { type: here, path } of level) {
      for (const [name, field] of here.fields) {
        const inner = held(field.type)
        if (!inner || field.type.is === 'map' || NOWHERE.has(name)) continue
        const at = [...path, name, ...(field.type.is === 'list' ? [0] : [])]
        if (inner.fields.has(wanted)) return at
        next.push({ type: inner, path: at })
      }
    }
    level = next
  }
  return undefined
}

/** Nobody means these by mistake. */
const NOWHERE = new Set(['status', 'metadata', 'initContainers', 'ephemeralContainers'])

/** The type of an object, of a list's items or of a map's values. */
function held(type: ValueType | undefined): ObjectType | undefined {
  if (type?.is === 'object') return type.type
  if (type?.is === 'list') return held(type.items)
  return type?.is === 'map' ? held(type.values) : undefined
}
