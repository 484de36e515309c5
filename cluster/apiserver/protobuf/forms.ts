import { Quantity } from '../../apimachinery/quantity.ts'
import { signed, type Varint, Wire, WireError, WireReader } from './wire.ts'

/** What came under each number, in order. */
type Parts = ReadonlyMap<number, readonly (Varint | Buffer)[]>

/** How messages whose JSON is not an object of their fields read, by the names in `facts/protobuf.json`. */
const forms: Readonly<Record<string, (parts: Parts) => unknown>> = {
  time: (parts) => moment(integer(parts, 1), ''),
  microTime: (parts) => moment(integer(parts, 1), `.${microseconds(integer(parts, 2))}`),
  duration: (parts) => goDuration(integer(parts, 1)),
  quantity: (parts) => {
    const value = text(parts, 1)
    Quantity.parse(value)
    return value
  },
  intOrString: (parts) => (integer(parts, 1) === 1 ? text(parts, 3) : integer(parts, 2) | 0),
  raw: (parts) => json(text(parts, 1)),
  stringList: (parts) => (parts.get(1) ?? []).map(String),
}

/**
 * The value in JSON; undefined for a time that is none. The forms of custom resources' schemas are missing: that kind is not
 * served. Throws WireError, and RangeError in Quantity's words.
 */
export function decodeForm(form: string, bytes: Buffer): unknown {
  const read = forms[form]
  if (!read) throw new WireError(`proto: no form ${form}`)
  const isTime = form === 'time' || form === 'microTime'
  return isTime && bytes.length === 0 ? undefined : read(partsOf(bytes, form))
}

function partsOf(bytes: Buffer, form: string): Parts {
  const reader = new WireReader(bytes)
  const parts = new Map<number, (Varint | Buffer)[]>()
  while (!reader.done) {
    const { number, wire } = reader.tag(form)
    if (wire !== Wire.varint && wire !== Wire.bytes) {
      reader.skip(wire)
      continue
    }
    const found = parts.get(number) ?? []
    found.push(wire === Wire.varint ? reader.varint() : reader.bytes())
    parts.set(number, found)
  }
  return parts
}

function text(parts: Parts, number: number): string {
  const value = parts.get(number)?.at(-1)
  return Buffer.isBuffer(value) ? value.toString('utf8') : ''
}

function integer(parts: Parts, number: number): number {
  const value = parts.get(number)?.at(-1)
  return value === undefined || Buffer.isBuffer(value) ? 0 : signed(value)
}

/** Years of four digits, as RFC 3339 has them. */
const FIRST_SECOND = -62_167_219_200
const LAST_SECOND = 253_402_300_799
const MILLISECONDS = '.000Z'.length

function moment(seconds: number, fraction: string): string {
  if (seconds > LAST_SECOND || seconds < FIRST_SECOND) {
    throw new WireError('Time.MarshalJSON: year outside of range [0,9999]')
  }
  return `${new Date(seconds * 1000).toISOString().slice(0, -MILLISECONDS)}${fraction}Z`
}

function microseconds(nanos: number): string {
  return String(Math.trunc((nanos >>> 0) / 1000))
    .padStart(6, '0')
    .slice(0, 6)
}

function json(value: string): unknown {
  try {
    return JSON.parse(value || 'null')
  } catch {
    throw new WireError('error decoding from json')
  }
}

/** As time.Duration prints itself: `1h0m0s`, `1.5s`, `20ms`. */
function goDuration(nanos: number): string {
  if (nanos === 0) return '0s'
  const sign = nanos < 0 ? '-' : ''
  const amount = Math.abs(nanos)
  if (amount < 1e3) return `${sign}${amount}ns`
  if (amount < 1e6) return `${sign}${amount / 1e3}µs`
  if (amount < 1e9) return `${sign}${amount / 1e6}ms`
  const minutes = Math.trunc(amount / 60e9)
  const hours = Math.trunc(minutes / 60)
  const rest = (amount % 60e9) / 1e9
  return `${sign}${hours ? `${hours}h` : ''}${minutes ? `${minutes % 60}m` : ''}${rest}s`
}
