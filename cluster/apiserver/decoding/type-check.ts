import { QUANTITY_PATTERN_MESSAGE, Quantity } from '../../apimachinery/quantity.ts'
import { type FieldType, type StructType, typeNamed } from '../defaults/types.ts'

/** What decoding finds: the first value of a wrong type, in Go's words, and every field that the type does not have. */
export interface Findings {
  error?: string
  readonly unknown: string[]
}

const INTEGERS: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
}
const GO_TYPES: Readonly<Record<string, string>> = {
  bytes: '[]uint8',
  quantity: 'resource.Quantity',
  intOrString: 'intstr.IntOrString',
  time: 'v1.Time',
  microTime: 'v1.MicroTime',
}

/** Compares a value with a Go type, as sigs.k8s.io/json does while decoding. `path` is where errors say it was. */
export function checkStruct(
  value: object,
  type: StructType,
  path: string,
  fields: readonly string[],
  found: Findings,
): void {
  for (const [name, part] of Object.entries(value)) {
    const at = path ? `${path}.${name}` : name
    const field = type.fields.get(name)
    if (!field) {
      if (fields.length === 0 && (name === 'apiVersion' || name === 'kind')) {
        if (part !== null && typeof part !== 'string') fail(found, part, type.name, [...fields, name], 'string')
      } else found.unknown.push(at)
      continue
    }
    if (part === null || part === undefined) continue
    checkField(part, field, at, type.name, [...fields, name], found)
  }
}

function checkField(
  value: unknown,
  field: FieldType,
  at: string,
  owner: string,
  fields: readonly string[],
  found: Findings,
): void {
  if (field.list) {
    if (!Array.isArray(value)) {
      fail(found, value, owner, fields, goTypeOf(field))
      return
    }
    value.forEach((item, index) => {
      if (item !== null) checkOne(item, field, `${at}[${index}]`, owner, fields, found)
    })
  } else if (field.map) {
    if (!isMap(value)) {
      fail(found, value, owner, fields, field.named ?? goTypeOf(field))
      return
    }
    for (const [key, item] of Object.entries(value)) {
      if (item !== null) checkOne(item, field, `${at}.${key}`, owner, fields, found)
    }
  } else checkOne(value, field, at, owner, fields, found)
}

function checkOne(
  value: unknown,
  field: FieldType,
  at: string,
  owner: string,
  fields: readonly string[],
  found: Findings,
): void {
  const { base, struct } = field
  if (struct) {
    if (isMap(value)) checkStruct(value, struct, at, fields, found)
    else fail(found, value, owner, fields, `v1.${shortName(struct.name)}`)
    return
  }
  const range = INTEGERS[base]
  if (range) {
    checkInteger(value, base, range, owner, fields, found)
    return
  }
  switch (base) {
    case 'string':
      if (typeof value !== 'string') fail(found, value, owner, fields, field.named ?? 'string')
      return
    case 'bool':
      if (typeof value !== 'boolean') fail(found, value, owner, fields, 'bool')
      return
    case 'bytes':
      if (typeof value !== 'string') fail(found, value, owner, fields, '[]uint8')
      else checkBase64(value, found)
      return
    case 'quantity':
      checkQuantity(value, found)
      return
    case 'time':
    case 'microTime':
      checkTime(value, base, found)
      return
    case 'intOrString':
      if (typeof value === 'number')
        checkInteger(value, 'int32', INTEGERS.int32 as readonly [bigint, bigint], owner, fields, found)
      else if (typeof value !== 'string')
        found.error ??= `json: cannot unmarshal ${kindOf(value)} into Go value of type int32`
      return
    default:
      return
  }
}

function checkInteger(
  value: unknown,
  base: string,
  [least, most]: readonly [bigint, bigint],
  owner: string,
  fields: readonly string[],
  found: Findings,
): void {
  if (typeof value !== 'number') {
    fail(found, value, owner, fields, base)
    return
  }
  if (Number.isInteger(value) && BigInt(value) >= least && BigInt(value) <= most) return
  const where = `Go struct field ${shortName(owner)}.${fields.join('.')} of type ${base}`
  found.error ??= `json: cannot unmarshal number ${value} into ${where}`
}

function checkQuantity(value: unknown, found: Findings): void {
  try {
    if (typeof value === 'string' || typeof value === 'number') Quantity.parse(value)
    else throw new RangeError(QUANTITY_PATTERN_MESSAGE)
  } catch (error) {
    found.error ??= error instanceof Error ? error.message : String(error)
  }
}

/** Of a time's text before the fraction. */
const SECONDS_LENGTH = '2006-01-02T15:04:05'.length
/** Go reads no other fraction where the layout has six digits. */
const MICROS = /^\.\d{6}$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

function checkTime(value: unknown, base: string, found: Findings): void {
  if (typeof value !== 'string') {
    found.error ??= `json: cannot unmarshal ${kindOf(value)} into Go value of type string`
    return
  }
  if (value === '') return
  const time = TIME.exec(value)
  const micro = base === 'microTime'
  if (time && (!micro || MICROS.test(time[1] ?? ''))) return
  const layout = micro ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00'
  const rest = time ? value.slice(SECONDS_LENGTH) : value
  const why = `cannot parse ${JSON.stringify(rest)} as "${time ? '.000000' : '2006'}"`
  found.error ??= `parsing time ${JSON.stringify(value)} as "${layout}": ${why}`
}

function checkBase64(value: string, found: Findings): void {
  const clean = value.replaceAll(/[\r\n]/g, '')
  const bad = /[^A-Za-z0-9+/]/.exec(clean.replace(/={1,2}$/, ''))
  if (bad) found.error ??= `illegal base64 data at input byte ${bad.index}`
  else if (clean.length % 4 !== 0)
    found.error ??= `illegal base64 data at input byte ${clean.length - (clean.length % 4)}`
}

function fail(found: Findings, value: unknown, owner: string, fields: readonly string[], type: string): void {
  found.error ??= `json: cannot unmarshal ${kindOf(value)} into Go struct field ${shortName(owner)}.${fields.join('.')} of type ${type}`
}

function goTypeOf({ base, list, map, named }: FieldType): string {
  const one = (named ?? typeNamed(base)) ? (named ?? `v1.${shortName(base)}`) : (GO_TYPES[base] ?? base)
  return list ? `[]${one}` : map ? `map[string]${one}` : one
}

/** Types of which two groups have one are listed with their group. */
function shortName(type: string): string {
  return type.split('.').at(-1) ?? type
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
