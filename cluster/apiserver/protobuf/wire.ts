/** What is wrong with bytes, in the words of the code that gogo/protobuf generates. */
export class WireError extends Error {}

/** How a value lies on the wire: the last three bits of its tag. */
export const Wire = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const

export interface Tag {
  readonly number: number
  readonly wire: number
}

/**
 * 64 bits in two halves, each unsigned. No BigInt: where these get hot, the compiler of Node 20 brings the process down
 * (RepresentationChangerError).
 */
export interface Varint {
  readonly low: number
  readonly high: number
}

/** As a signed number; exact to 2^53, as JSON is. */
export function signed({ low, high }: Varint): number {
  return (high | 0) * 2 ** 32 + low
}

const MOST_BYTES = 10

/**
 * Reads protobuf's wire format. Its five forms of a value are all that is needed beside the table of numbers, so a library with
 * message classes and descriptors of its own would be the larger part of the work at start-up, and would still know none of
 * Kubernetes' forms nor Go's words for errors.
 */
export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** The next field's number. `message` is whose field it is, for errors. */
  tag(message: string): Tag {
    const value = this.varint()
    const number = (value.high << 29) | (value.low >>> 3) | 0
    const wire = value.low & 7
    if (wire === Wire.endGroup) throw new WireError(`proto: ${message}: wiretype end group for non-group`)
    if (number <= 0)
      throw new WireError(`proto: ${message}: illegal tag ${number} (wire type ${value.high * 2 ** 32 + value.low})`)
    return { number, wire }
  }

  varint(): Varint {
    let low = 0
    let high = 0
    for (let index = 0; index < MOST_BYTES; index++) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) throw new WireError('unexpected EOF')
      this.#at += 1
      const bits = byte & 0x7f
      const shift = index * 7
      if (shift < 32) low |= bits << shift
      if (shift >= 32) high |= bits << (shift - 32)
      else if (shift > 25) high |= bits >>> (32 - shift)
      if (byte < 0x80) return { low: low >>> 0, high: high >>> 0 }
    }
    throw new WireError('proto: integer overflow')
  }

  /** A part of the bytes, with its length before it; not a copy. */
  bytes(): Buffer {
    const length = signed(this.varint())
    if (length < 0) throw new WireError('proto: negative length found during unmarshaling')
    return this.#take(length)
  }

  double(): number {
    return this.#take(8).readDoubleLE()
  }

  /** Passes over the value of an unknown field, whatever it is. */
  skip(wire: number): void {
    let depth = 0
    for (let next = wire; ; next = this.varint().low & 7) {
      if (next === Wire.varint) this.varint()
      else if (next === Wire.fixed64) this.#take(8)
      else if (next === Wire.bytes) this.bytes()
      else if (next === Wire.startGroup) depth += 1
      else if (next === Wire.endGroup) depth -= 1
      else if (next === Wire.fixed32) this.#take(4)
      else throw new WireError(`proto: illegal wireType ${next}`)
      if (depth === 0) return
    }
  }

  #take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw new WireError('unexpected EOF')
    const start = this.#at
    this.#at += length
    return this.#bytes.subarray(start, this.#at)
  }
}
