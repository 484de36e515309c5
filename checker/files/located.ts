/** A JSON value that knows where each of its parts stands in the file. */
import type { Place } from './finding.ts'
import type { SourceFile } from './source-file.ts'

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type JsonMap = { [key: string]: Json }
export type FieldPath = readonly (string | number)[]

/** Offsets in the text; `key` is missing for items of a list. */
export interface Spot {
  readonly key?: readonly [number, number]
  readonly value: readonly [number, number]
}

/** Where the entries of maps and lists stand, by the map or list. */
export type Spots = WeakMap<object, Map<string | number, Spot>>

/** One object of a file, as kubectl would send it. */
export class Located {
  readonly source: SourceFile
  readonly value: JsonMap
  readonly #spots: Spots
  readonly #whole: readonly [number, number]

  constructor(source: SourceFile, value: JsonMap, spots: Spots, whole: readonly [number, number]) {
    this.source = source
    this.value = value
    this.#spots = spots
    this.#whole = whole
  }

  get apiVersion(): string {
    return text(this.value.apiVersion)
  }

  get kind(): string {
    return text(this.value.kind)
  }

  get name(): string {
    return isMap(this.value.metadata) ? text(this.value.metadata.name) : ''
  }

  get namespace(): string | undefined {
    const metadata = this.value.metadata
    return isMap(metadata) && typeof metadata.namespace === 'string' && metadata.namespace !== ''
      ? metadata.namespace
      : undefined
  }

  /** An item of this document as an object of its own: what a `List` holds. */
  part(value: JsonMap): Located {
    return new Located(this.source, value, this.#spots, this.#whole)
  }

  /** The value at a path, or undefined. */
  at(path: FieldPath): Json | undefined {
    let value: Json | undefined = this.value
    for (const step of path) value = child(value, step)
    return value
  }

  /**
   * Where a field stands: its key or its value. For a field that is not there: the key of the nearest parent that is, or the
   * beginning of the object.
   */
  place(path: FieldPath, on: 'key' | 'value' = 'value'): Place {
    let value: Json | undefined = this.value
    let spot: Spot | undefined
    let exact = true
    for (const step of path) {
      const next: Spot | undefined =
        typeof value === 'object' && value !== null ? this.#spots.get(value)?.get(step) : undefined
      if (!next) {
        exact = false
        break
      }
      spot = next
      value = child(value, step)
    }
    if (!spot) return this.source.placeAt(...this.#head())
    const range = exact && on === 'value' ? spot.value : (spot.key ?? spot.value)
    return this.source.placeAt(range[0], range[1] > range[0] ? range[1] : range[0] + 1)
  }

  #head(): readonly [number, number] {
    const kind = this.#spots.get(this.value)?.get('kind')
    return kind ? [(kind.key ?? kind.value)[0], kind.value[1]] : this.#whole
  }
}

/** A path as Kubernetes writes it (`spec.ports[0].port`, `metadata.labels[a.b/c]`) in steps. */
export function parsePath(field: string): FieldPath {
  const steps: (string | number)[] = []
  for (const match of field.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)) {
    const [, bracket, name] = match
    if (name !== undefined) steps.push(name)
    else if (bracket !== undefined)
      steps.push(/^\d+$/.test(bracket) ? Number(bracket) : bracket.replace(/^"(.*)"$/, '$1'))
  }
  return steps
}

/** A path as Kubernetes writes it. */
export function formatPath(path: FieldPath): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (/[./[\]]/.test(step)) text += `[${step}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function child(value: Json | undefined, step: string | number): Json | undefined {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined
  if (isMap(value)) return Object.hasOwn(value, String(step)) ? value[String(step)] : undefined
  return undefined
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
