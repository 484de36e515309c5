import type { KindName } from '../../cluster/apimachinery/objects.ts'
import { applyDefaults } from '../../cluster/apiserver/defaults/defaults.ts'
import { typeOfKind } from '../../cluster/apiserver/defaults/types.ts'
import { formatPath, isMap, type Json, type JsonMap, type Located } from '../files/located.ts'

/** A field that two objects have not alike. */
export interface Difference {
  /** `spec.replicas` */
  readonly field: string
  /** Undefined: not there. */
  readonly mine: Json | undefined
  readonly theirs: Json | undefined
}

export interface Compared {
  /** `deployment/starter-app` */
  readonly what: string
  readonly state: 'same' | 'differs' | 'only-mine' | 'only-theirs'
  readonly differences: readonly Difference[]
}

/**
 * Two sets of objects, by what they mean to Kubernetes: the order of files, keys and unordered lists says nothing, `0.5` is `500m`, and
 * what is left out is what Kubernetes fills in.
 */
export function compareObjects(mine: readonly Located[], theirs: readonly Located[]): Compared[] {
  const key = ({ apiVersion, kind, name }: Located) => `${apiVersion} ${kind} ${name}`
  const compared = theirs.map((object): Compared => {
    const own = mine.find((each) => key(each) === key(object))
    if (!own) return { what: nameOf(object), state: 'only-theirs', differences: [] }
    const differences = differencesOf(meaningOf(own), meaningOf(object))
    return { what: nameOf(object), state: differences.length === 0 ? 'same' : 'differs', differences }
  })
  const others = mine.filter((object) => !theirs.some((each) => key(each) === key(object)))
  return [
    ...compared,
    ...others.map((object): Compared => ({ what: nameOf(object), state: 'only-mine', differences: [] })),
  ]
}

/** The object as Kubernetes completes it. */
function meaningOf({ apiVersion, kind, value }: Located): JsonMap {
  const name = `${apiVersion} ${kind}`
  return (typeOfKind(name) ? applyDefaults(name as KindName, value) : value) as unknown as JsonMap
}

function differencesOf(
  mine: Json | undefined,
  theirs: Json | undefined,
  path: readonly (string | number)[] = [],
): Difference[] {
  if (isMap(mine) && isMap(theirs)) {
    const keys = new Set([...Object.keys(mine), ...Object.keys(theirs)])
    return [...keys].flatMap((key) => differencesOf(mine[key], theirs[key], [...path, key]))
  }
  if (Array.isArray(mine) && Array.isArray(theirs)) {
    const paired = pairs(mine, theirs)
    return paired.flatMap(([a, b], index) => differencesOf(a, b, [...path, index]))
  }
  return JSON.stringify(mine) === JSON.stringify(theirs) ? [] : [{ field: formatPath(path), mine, theirs }]
}

/** Items of two lists side by side: by name where they have one, else by place. */
function pairs(mine: readonly Json[], theirs: readonly Json[]): [Json | undefined, Json | undefined][] {
  const nameOfItem = (item: Json) => (isMap(item) && typeof item.name === 'string' ? item.name : undefined)
  if (![...mine, ...theirs].every((item) => nameOfItem(item) !== undefined)) {
    return Array.from({ length: Math.max(mine.length, theirs.length) }, (_, index) => [mine[index], theirs[index]])
  }
  const names = [...new Set([...theirs, ...mine].map(nameOfItem))]
  const find = (list: readonly Json[], name: string | undefined) => list.find((item) => nameOfItem(item) === name)
  return names.map((name) => [find(mine, name), find(theirs, name)])
}

function nameOf({ kind, name }: Located): string {
  return `${kind.toLowerCase()}/${name}`
}
