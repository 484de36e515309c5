import { isDeepStrictEqual } from 'node:util'
import { isObject, sorted } from '../objects.ts'
import type { OpenApi, Schema } from '../open-api.ts'

type Map = Record<string, unknown>

/**
 * The strategic merge patch that turns `current` into what `modified` says: adds and changes what it names, removes what
 * `original` (the last applied) named and it no longer does, and leaves everything else alone. `{}` when nothing is to do.
 * Follows apimachinery's CreateThreeWayMergePatch.
 */
export function strategicPatch(
  original: Map,
  modified: Map,
  current: Map,
  schema: Schema | undefined,
  api: OpenApi,
): Map {
  return new Differ(api).maps(original, modified, current, api.resolve(schema))
}

/** The same as a JSON merge patch, for kinds without a schema: lists are replaced whole. */
export function mergePatch(original: Map, modified: Map, current: Map): Map {
  return new Differ(undefined).maps(original, modified, current, undefined)
}

class Differ {
  readonly #api: OpenApi | undefined

  constructor(api: OpenApi | undefined) {
    this.#api = api
  }

  maps(original: Map, modified: Map, current: Map, schema: Schema | undefined, retainKeys = false): Map {
    const patch: Map = {}
    for (const [key, value] of Object.entries(modified)) {
      const field = this.#field(schema, key)
      const retain = field?.['x-kubernetes-patch-strategy']?.includes('retainKeys') ?? false
      if (value === null) {
        if (current[key] !== undefined) patch[key] = null
      } else if (!(key in current)) patch[key] = value
      else if (isObject(value) && isObject(current[key])) {
        const inner = this.maps(mapOf(original[key]), value, current[key], field, retain)
        if (Object.keys(inner).length > 0) patch[key] = inner
      } else if (Array.isArray(value) && Array.isArray(current[key])) {
        this.#lists(patch, key, listOf(original[key]), value, current[key], field)
      } else if (!isDeepStrictEqual(value, current[key])) patch[key] = value
    }
    for (const key of Object.keys(original)) if (!(key in modified) && key in current) patch[key] = null
    if (retainKeys && Object.keys(patch).length > 0) patch.$retainKeys = Object.keys(modified).sort()
    return patch
  }

  #lists(
    patch: Map,
    key: string,
    original: unknown[],
    modified: unknown[],
    current: unknown[],
    schema: Schema | undefined,
  ): void {
    const strategy = schema?.['x-kubernetes-patch-strategy'] ?? ''
    const mergeKey = schema?.['x-kubernetes-patch-merge-key']
    if (!/\bmerge\b/.test(strategy)) {
      if (!isDeepStrictEqual(sorted(modified), sorted(current))) patch[key] = modified
      return
    }
    if (mergeKey === undefined) {
      const added = modified.filter((item) => !current.includes(item))
      const removed = original.filter((item) => !modified.includes(item) && current.includes(item))
      if (removed.length > 0) patch[`$deleteFromPrimitiveList/${key}`] = removed
      if (added.length > 0) patch[key] = added
      if (added.length + removed.length > 0) patch[`$setElementOrder/${key}`] = modified
      return
    }
    const item = this.#api?.resolve(schema?.items)
    const named = (list: unknown[], name: unknown) => list.find((entry) => mapOf(entry)[mergeKey] === name)
    const changes: Map[] = []
    for (const entry of modified.map(mapOf)) {
      const name = entry[mergeKey]
      const there = named(current, name)
      if (there === undefined) changes.push(entry)
      else {
        const inner = this.maps(
          mapOf(named(original, name)),
          entry,
          mapOf(there),
          item,
          strategy.includes('retainKeys'),
        )
        if (Object.keys(inner).length > 0) changes.push({ ...inner, [mergeKey]: name })
      }
    }
    for (const entry of original.map(mapOf)) {
      const name = entry[mergeKey]
      if (named(modified, name) === undefined && named(current, name) !== undefined) {
        changes.push({ $patch: 'delete', [mergeKey]: name })
      }
    }
    if (changes.length === 0) return
    patch[key] = changes
    patch[`$setElementOrder/${key}`] = modified.map((entry) => ({ [mergeKey]: mapOf(entry)[mergeKey] }))
  }

  #field(schema: Schema | undefined, key: string): Schema | undefined {
    const more = schema?.additionalProperties
    return this.#api?.resolve(schema?.properties?.[key] ?? (typeof more === 'object' ? more : undefined))
  }
}

function mapOf(value: unknown): Map {
  return isObject(value) ? value : {}
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
