import { Quantity } from '../../apimachinery/quantity.ts'
import type { FieldType, StructType } from './types.ts'

export type JsonObject = { [field: string]: unknown }

/**
 * A copy in the form that Go's decoding and encoding gives: unknown fields and zeros that are no pointers are gone, quantities
 * are canonical, times are in UTC. Values of a wrong type are left as they are: the decoder has refused them before.
 */
export function normalised(object: Readonly<JsonObject>, type: StructType): JsonObject {
  const copy: JsonObject = {}
  for (const key in object) {
    const value = object[key]
    if (value === null || value === undefined) continue
    const field = type.fields.get(key)
    if (!field) continue
    const kept = field.list ? list(value, field) : field.map ? map(value, field) : single(value, field)
    if (kept !== undefined) copy[key] = kept
  }
  // A struct that is no pointer is always there, and gets its defaults.
  for (const [name, { struct, list, map, pointer }] of type.always) {
    if (struct && !list && !map && !pointer && copy[name] === undefined) copy[name] = normalised({}, struct)
  }
  return copy
}

function list(value: unknown, field: FieldType): unknown {
  if (!Array.isArray(value)) return value
  if (value.length === 0) return undefined
  return value.map((item) => element(item, field))
}

function map(value: unknown, field: FieldType): unknown {
  if (!isObject(value)) return value
  const copy: JsonObject = {}
  let empty = true
  for (const key in value) {
    copy[key] = element(value[key], field)
    empty = false
  }
  return empty ? undefined : copy
}

/** An item keeps its zero: only fields are left out. */
function element(item: unknown, { base, struct }: FieldType): unknown {
  if (struct) return isObject(item) ? normalised(item, struct) : item === null ? {} : item
  if (item === null) return base === 'string' || base === 'bytes' ? '' : item
  // Amounts of resources are counted in thousandths at the finest.
  return base === 'quantity' ? scalar(roundedUp(item), base) : scalar(item, base)
}

function single(value: unknown, { base, struct, pointer }: FieldType): unknown {
  if (struct) return isObject(value) ? normalised(value, struct) : value
  if (!pointer && (value === 0 || value === false || (value === '' && base !== 'intOrString'))) return undefined
  return scalar(value, base)
}

function scalar(value: unknown, base: string): unknown {
  switch (base) {
    case 'quantity':
      return typeof value === 'string' || typeof value === 'number' ? quantity(value) : value
    case 'bytes':
      return typeof value === 'string' ? value.replace(/[\r\n]/g, '') : value
    case 'time':
      return typeof value === 'string' ? utc(value, 0) : value
    case 'microTime':
      return typeof value === 'string' ? utc(value, 6) : value
    default:
      return typeof value === 'object' ? structuredClone(value) : value
  }
}

const canonical = new Map<string | number, string>()

/** `1024Mi` as `1Gi`. Few different quantities occur, so they are remembered. */
function quantity(value: string | number): unknown {
  const known = canonical.get(value)
  if (known !== undefined) return known
  let text: string
  try {
    text = Quantity.parse(value).toString()
  } catch {
    return value
  }
  if (canonical.size > 1000) canonical.clear()
  canonical.set(value, text)
  return text
}

function roundedUp(amount: unknown): unknown {
  if (typeof amount !== 'string' || !/[nu]|\.\d{4}/.test(amount)) return amount
  try {
    return `${Quantity.parse(amount).milliValue()}m`
  } catch {
    return amount
  }
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/

function utc(value: string, decimals: number): string {
  const match = TIME.exec(value)
  if (!match) return value
  const [, seconds = '', fraction = '', zone] = match
  const moment = zone === 'Z' ? seconds : new Date(`${seconds}${zone}`).toISOString().slice(0, 19)
  return decimals === 0 ? `${moment}Z` : `${moment}.${fraction.slice(0, decimals).padEnd(decimals, '0')}Z`
}

/** Puts in the zeros of fields that are always printed: `status: {}`, `resources: {}`, `rules: null`. */
export function fillAlways(object: JsonObject, type: StructType): void {
  for (const [name, field] of type.always) {
    if (object[name] === undefined) object[name] = zeroOf(field)
  }
  for (const key in object) {
    const struct = type.fields.get(key)?.struct
    const value = object[key]
    if (!struct || typeof value !== 'object' || value === null) continue
    if (Array.isArray(value)) {
      for (const item of value) if (isObject(item)) fillAlways(item, struct)
    } else if (type.fields.get(key)?.map) {
      for (const item of Object.values(value)) if (isObject(item)) fillAlways(item, struct)
    } else fillAlways(value as JsonObject, struct)
  }
}

function zeroOf({ base, struct, list, map, pointer }: FieldType): unknown {
  if (list || map || pointer) return null
  if (struct) return {}
  switch (base) {
    case 'string':
      return ''
    case 'bool':
      return false
    case 'quantity':
      return '0'
    case 'time':
    case 'microTime':
    case 'raw':
    case 'bytes':
      return null
    default:
      return 0
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
