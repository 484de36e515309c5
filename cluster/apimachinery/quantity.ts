/**
 * Resource quantities: `500m`, `0.5`, `64Mi`, `1e3`. Follows k8s.io/apimachinery/pkg/api/resource: exact to a billionth,
 * canonical in its own format, so that values that are equal print alike.
 */
type Format = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

const PATTERN = /^([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/
/** The server's words for a text that is no quantity. */
export const QUANTITY_PATTERN_MESSAGE =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

const NANOS = 1_000_000_000n
const MAX = 2n ** 63n - 1n
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const DECIMAL: readonly (readonly [string, number])[] = [
  ['E', 18],
  ['P', 15],
  ['T', 12],
  ['G', 9],
  ['M', 6],
  ['k', 3],
  ['', 0],
  ['m', -3],
  ['u', -6],
  ['n', -9],
]

export class Quantity {
  /** The amount in billionths. */
  readonly nanos: bigint
  readonly format: Format

  constructor(nanos: bigint, format: Format = 'DecimalSI') {
    this.nanos = nanos
    this.format = format
  }

  static readonly zero = new Quantity(0n)

  /** Throws RangeError with the server's words when the text is no quantity. Numbers are what YAML makes of `cpu: 2`. */
  static parse(text: string | number): Quantity {
    const match = PATTERN.exec(String(text))
    if (!match) throw new RangeError(QUANTITY_PATTERN_MESSAGE)
    const [, sign, digits = '', suffix = ''] = match
    const [whole = '', fraction = ''] = digits.split('.')
    const [format, multiply, exponent] = scaleOf(suffix)
    // digits × 10^exponent × multiply, in billionths, rounded away from zero
    let amount = BigInt(whole + fraction || '0') * multiply
    const shift = exponent + 9 - fraction.length
    if (shift >= 0) amount *= 10n ** BigInt(shift)
    else amount = ceilDivide(amount, 10n ** BigInt(-shift))
    if (amount > MAX * NANOS) amount = MAX * NANOS
    return new Quantity(sign === '-' ? -amount : amount, format)
  }

  plus(other: Quantity): Quantity {
    return new Quantity(this.nanos + other.nanos, this.nanos === 0n ? other.format : this.format)
  }

  minus(other: Quantity): Quantity {
    return new Quantity(this.nanos - other.nanos, this.nanos === 0n ? other.format : this.format)
  }

  /** Negative, zero or positive, as this is less than, equal to or more than the other. */
  compare(other: Quantity): number {
    return this.nanos < other.nanos ? -1 : this.nanos > other.nanos ? 1 : 0
  }

  /** In whole units, rounded up: bytes, pods. */
  value(): number {
    return Number(roundUp(this.nanos, NANOS))
  }

  /** In thousandths, rounded up: millicores. */
  milliValue(): number {
    return Number(roundUp(this.nanos, NANOS / 1000n))
  }

  toString(): string {
    if (this.nanos === 0n) return '0'
    const sign = this.nanos < 0n ? '-' : ''
    const size = this.nanos < 0n ? -this.nanos : this.nanos
    if (this.format === 'BinarySI' && size >= 1024n * NANOS && size % NANOS === 0n) return sign + binary(size / NANOS)
    return sign + decimal(size, this.format === 'DecimalExponent')
  }

  toJSON(): string {
    return this.toString()
  }
}

function scaleOf(suffix: string): [Format, bigint, number] {
  const binaryPower = suffix === '' ? -1 : BINARY.indexOf(suffix)
  if (binaryPower > 0) return ['BinarySI', 1024n ** BigInt(binaryPower), 0]
  const known = DECIMAL.find(([name]) => name === suffix)
  if (known) return ['DecimalSI', 1n, known[1]]
  return ['DecimalExponent', 1n, Math.max(-30, Math.min(30, Number(suffix.slice(1))))]
}

function binary(units: bigint): string {
  let power = 0
  while (power < BINARY.length - 1 && units % 1024n === 0n) {
    units /= 1024n
    power += 1
  }
  return `${units}${BINARY[power]}`
}

function decimal(nanos: bigint, asExponent: boolean): string {
  for (const [suffix, exponent] of DECIMAL) {
    const unit = 10n ** BigInt(exponent + 9)
    if (nanos % unit !== 0n) continue
    return asExponent && exponent !== 0 ? `${nanos / unit}e${exponent}` : `${nanos / unit}${suffix}`
  }
  throw new RangeError('a billionth divides everything')
}

function ceilDivide(amount: bigint, by: bigint): bigint {
  return (amount + by - 1n) / by
}

function roundUp(nanos: bigint, unit: bigint): bigint {
  return nanos >= 0n ? ceilDivide(nanos, unit) : nanos / unit
}
