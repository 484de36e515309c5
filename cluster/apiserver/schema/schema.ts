import { readFileSync } from 'node:fs'
import { descriptionsFile, schemaFile } from './schema-file.ts'
import type { StoredField, StoredSchema, StoredValue } from './stored.ts'

/** What a value may be. */
export type ValueType =
  | {
      readonly is: 'scalar'
      readonly scalar: 'string' | 'integer' | 'number' | 'boolean' | 'any'
      readonly format?: string
    }
  | { readonly is: 'object'; readonly type: ObjectType }
  | { readonly is: 'list'; readonly items: ValueType }
  | { readonly is: 'map'; readonly values: ValueType }

/** A type with fields, by its Kubernetes name. */
export interface ObjectType {
  /** `io.k8s.api.core.v1.PodSpec` */
  readonly name: string
  readonly fields: ReadonlyMap<string, Field>
  /** The object merges as a whole. */
  readonly atomic: boolean
}

export interface Field {
  readonly name: string
  readonly type: ValueType
  readonly required: boolean
  /** Formats beyond OpenAPI's: quantity, micro-time, int-or-string, raw, … stand in the type. */
  readonly enum?: readonly string[]
  readonly listType?: 'atomic' | 'set' | 'map'
  /** The keys that tell the items of a `map` list apart in server-side apply and managed fields. */
  readonly listMapKeys?: readonly string[]
  /** The key that tells them apart in a strategic merge. */
  readonly patchMergeKey?: string
  /** `merge`, `replace`, `retainKeys` */
  readonly patchStrategies: readonly string[]
  readonly mapType?: 'atomic'
  readonly default?: unknown
}

let stored: StoredSchema | undefined
const compiled = new Map<string, ObjectType>()

/**
 * The type of a kind: `typeOf('apps/v1 Deployment').fields.get('spec')`. Undefined for a kind that this project does not have.
 * Compiled at first use; the file is read once (a few milliseconds).
 */
export function typeOf(kind: string): ObjectType | undefined {
  const name = load().kinds[kind]
  return name === undefined ? undefined : typeNamed(name)
}

/** A type by its Kubernetes name. Throws RangeError for one that no kind of this project holds. */
export function typeNamed(name: string): ObjectType {
  const known = compiled.get(name)
  if (known) return known
  const { types, atomic } = load()
  const fields = types[name]
  if (!fields) throw new RangeError(`the schema knows no type "${name}"`)
  const compiledFields = new Map<string, Field>()
  const type: ObjectType = { name, fields: compiledFields, atomic: atomic.includes(name) }
  compiled.set(name, type)
  for (const [field, facts] of Object.entries(fields)) compiledFields.set(field, fieldOf(field, facts))
  return type
}

/** All kinds of the schema: `v1 Pod`, … */
export function kindNames(): readonly string[] {
  return Object.keys(load().kinds)
}

let described: Readonly<Record<string, string>> | undefined

/** What is said of a type, or of a field of it; empty when nothing is. Reads a second file at first use. */
export function describe(type: ObjectType, field?: string): string {
  described ??= JSON.parse(readFileSync(descriptionsFile(), 'utf8')) as Readonly<Record<string, string>>
  return described[field === undefined ? type.name : `${type.name}/${field}`] ?? ''
}

function load(): StoredSchema {
  stored ??= JSON.parse(readFileSync(schemaFile(), 'utf8')) as StoredSchema
  return stored
}

function fieldOf(name: string, facts: StoredField): Field {
  const { required = false, patchStrategy, type: _, format: __, ref: ___, list, map, ...rest } = facts
  const value = valueTypeOf(facts)
  return { ...rest, name, type: value, required, patchStrategies: patchStrategy?.split(',') ?? [] }
}

function valueTypeOf({ type = 'any', format, ref, list, map }: StoredValue): ValueType {
  if (list) return { is: 'list', items: valueTypeOf(list) }
  if (map) return { is: 'map', values: valueTypeOf(map) }
  if (ref === undefined) return { is: 'scalar', scalar: type, ...(format && { format }) }
  return {
    is: 'object',
    // Types may hold themselves: looked up when asked for.
    get type() {
      return typeNamed(ref)
    },
  }
}
