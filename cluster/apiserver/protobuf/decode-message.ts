import type { JsonObject } from '../defaults/normalise.ts'
import { decodeForm } from './forms.ts'
import { formOf, type MessageType, messageNamed, shortName, type WireField } from './messages.ts'
import { signed, Wire, WireError, WireReader } from './wire.ts'

const INTEGERS = ['int32', 'int64']
/** What a map's value is when its entry has none. */
const ZEROS: Readonly<Record<string, unknown>> = {
  string: '',
  bytes: '',
  bool: false,
  int32: 0,
  int64: 0,
  double: 0,
  quantity: '0',
}
const METADATA = ['ObjectMeta', 'ListMeta']

/**
 * A message as JSON has it, read into `into`: what is zero and no pointer is left out. Unknown fields are passed over, as Go
 * does. Throws WireError, and RangeError for a bad quantity.
 */
export function decodeMessage(bytes: Buffer, type: MessageType, into: JsonObject = {}): JsonObject {
  const reader = new WireReader(bytes)
  while (!reader.done) {
    const { number, wire } = reader.tag(type.name)
    const field = type.fields.get(number)
    if (!field) reader.skip(wire)
    else if (field.map) decodeEntry(expectBytes(reader, wire, field), field, mapIn(into, field.name))
    else if (field.repeated) listIn(into, field.name).push(...elements(reader, wire, field))
    else decodeSingle(reader, wire, field, into)
  }
  return into
}

function decodeSingle(reader: WireReader, wire: number, field: WireField, into: JsonObject): void {
  const { name, type, inline, pointer } = field
  const form = formOf(type)
  const message = form ? undefined : messageNamed(type)
  if (message) {
    // A message that comes twice is merged, as in Go.
    const target = inline ? into : isObject(into[name]) ? into[name] : {}
    const part = decodeMessage(expectBytes(reader, wire, field), message, target)
    if (!inline) into[name] = part
    return
  }
  const value = form ? decodeForm(form, expectBytes(reader, wire, field)) : scalar(reader, wire, field)
  const zero = value === 0 || value === false || (value === '' && form !== 'intOrString')
  if (value === undefined || (zero && !pointer)) delete into[name]
  else into[name] = value
}

/** One item, or several of a packed list of integers. */
function elements(reader: WireReader, wire: number, field: WireField): unknown[] {
  if (INTEGERS.includes(field.type) && wire === Wire.bytes) {
    const packed = new WireReader(reader.bytes())
    const items: unknown[] = []
    while (!packed.done) items.push(scalar(packed, Wire.varint, field))
    return items
  }
  return [value(reader, wire, field)]
}

/** An entry's key is field 1, its value field 2; Go does not look how these lie on the wire. */
function decodeEntry(bytes: Buffer, field: WireField, into: JsonObject): void {
  const reader = new WireReader(bytes)
  let key = ''
  let found: unknown = ZEROS[formOf(field.type) ?? field.type] ?? {}
  while (!reader.done) {
    const { number, wire } = reader.tag(shortName(field.type))
    if (number === 1) key = reader.bytes().toString('utf8')
    else if (number === 2) found = value(reader, INTEGERS.includes(field.type) ? Wire.varint : Wire.bytes, field)
    else reader.skip(wire)
  }
  // Defined, not assigned: a key may be called `__proto__`.
  Object.defineProperty(into, key, { value: found, writable: true, enumerable: true, configurable: true })
}

/** A list's item or a map's value: kept when it is zero. */
function value(reader: WireReader, wire: number, field: WireField): unknown {
  const form = formOf(field.type)
  if (form) return decodeForm(form, expectBytes(reader, wire, field))
  const message = messageNamed(field.type)
  return message ? decodeMessage(expectBytes(reader, wire, field), message) : scalar(reader, wire, field)
}

function scalar(reader: WireReader, wire: number, field: WireField): unknown {
  const { type } = field
  if (type === 'string') return expectBytes(reader, wire, field).toString('utf8')
  if (type === 'bytes') return expectBytes(reader, wire, field).toString('base64')
  if (type === 'double') {
    if (wire !== Wire.fixed64) throw wrongWire(wire, field)
    return reader.double()
  }
  if (wire !== Wire.varint) throw wrongWire(wire, field)
  const varint = reader.varint()
  if (type === 'int32') return varint.low | 0
  return type === 'int64' ? signed(varint) : varint.low !== 0 || varint.high !== 0
}

function expectBytes(reader: WireReader, wire: number, field: WireField): Buffer {
  if (wire !== Wire.bytes) throw wrongWire(wire, field)
  return reader.bytes()
}

function wrongWire(wire: number, { name, type }: WireField): WireError {
  const embedded = METADATA.find((metadata) => name === 'metadata' && shortName(type) === metadata)
  const goName = embedded ?? name.slice(0, 1).toUpperCase() + name.slice(1)
  return new WireError(`proto: wrong wireType = ${wire} for field ${goName}`)
}

function mapIn(object: JsonObject, name: string): JsonObject {
  object[name] ??= {}
  return object[name] as JsonObject
}

function listIn(object: JsonObject, name: string): unknown[] {
  object[name] ??= []
  return object[name] as unknown[]
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null
}
