import { isObject, type JsonObject } from './normalise.ts'

/** A path of the facts, `spec.ports[].targetPort` or `metadata.labels["a/b"]`, made ready for walking. */
export interface Path {
  /** The steps to the object that holds the field; a step with `each` goes through every item of a list. */
  readonly parents: readonly Step[]
  readonly key: string
}

interface Step {
  readonly key: string
  readonly each: boolean
}

export function parsePath(text: string): Path {
  const steps = [...text.matchAll(/\["([^"]+)"\]|([^.[\]]+)(\[\])?/g)].map(([, quoted, plain = '', each]) => ({
    key: quoted ?? plain,
    each: each !== undefined,
  }))
  const last = steps.at(-1)
  if (!last) throw new RangeError(`a path has at least one key, not "${text}"`)
  return { parents: steps.slice(0, -1), key: last.key }
}

/** The steps of a path that leads to objects: `spec.containers[]`. */
export function parsePlaces(text: string): readonly Step[] {
  const { parents, key } = parsePath(text)
  return [...parents, { key, each: text.endsWith('[]') }]
}

/** Calls back with every object at the place; nothing happens where the way there is missing. */
export function visit(object: JsonObject, steps: readonly Step[], found: (place: JsonObject) => void, from = 0): void {
  const step = steps[from]
  if (!step) {
    found(object)
    return
  }
  const next = object[step.key]
  if (step.each) {
    if (Array.isArray(next)) for (const item of next) if (isObject(item)) visit(item, steps, found, from + 1)
  } else if (isObject(next)) visit(next, steps, found, from + 1)
}

/** The value at a path without lists. */
export function valueAt(object: JsonObject, { parents, key }: Path): unknown {
  let place: unknown = object
  for (const step of parents) {
    if (!isObject(place)) return undefined
    place = place[step.key]
  }
  return isObject(place) ? place[key] : undefined
}
