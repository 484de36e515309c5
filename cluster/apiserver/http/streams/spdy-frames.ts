/** The frames of SPDY/3.1 that Kubernetes' clients use; all others are passed over. */
export const SYN_STREAM = 1
export const SYN_REPLY = 2
export const RST_STREAM = 3
export const PING = 6
export const GOAWAY = 7

/** On the last frame of a stream's direction. */
export const FIN = 1
const VERSION = 3
const CONTROL = 0x8000
const HEAD_BYTES = 8
/** No client sends nearly as much at once. */
const MAX_BYTES = 4 * 1024 * 1024

export type Frame =
  | { readonly kind: 'data'; readonly stream: number; readonly flags: number; readonly body: Buffer }
  | { readonly kind: 'control'; readonly type: number; readonly flags: number; readonly body: Buffer }

/** Takes the frames out of what came, and gives what is left of it. Throws when it is no SPDY. */
export function takeFrames(bytes: Buffer): { readonly frames: readonly Frame[]; readonly rest: Buffer } {
  const frames: Frame[] = []
  let at = 0
  while (bytes.length - at >= HEAD_BYTES) {
    const first = bytes.readUInt32BE(at)
    const flags = bytes.readUInt8(at + 4)
    const length = bytes.readUIntBE(at + 5, 3)
    if (length > MAX_BYTES) throw new RangeError(`a SPDY frame of ${length} bytes`)
    if (bytes.length - at < HEAD_BYTES + length) break
    const body = bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length)
    const head = first >>> 16
    if ((head & CONTROL) === 0) frames.push({ kind: 'data', stream: first, flags, body })
    else if (head === (CONTROL | VERSION)) frames.push({ kind: 'control', type: first & 0xffff, flags, body })
    else throw new RangeError(`SPDY version ${head & ~CONTROL} instead of ${VERSION}`)
    at += HEAD_BYTES + length
  }
  return { frames, rest: bytes.subarray(at) }
}

export function dataFrame(stream: number, body: Uint8Array, flags = 0): Buffer {
  return Buffer.concat([head(stream, flags, body.length), body])
}

export function controlFrame(type: number, body: Uint8Array, flags = 0): Buffer {
  return Buffer.concat([head((((CONTROL | VERSION) << 16) | type) >>> 0, flags, body.length), body])
}

/** Numbers of four bytes each, as control frames carry them. */
export function words(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length)
  for (const [index, number] of numbers.entries()) bytes.writeUInt32BE(number, 4 * index)
  return bytes
}

function head(first: number, flags: number, length: number): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES)
  bytes.writeUInt32BE(first)
  bytes.writeUInt8(flags, 4)
  bytes.writeUIntBE(length, 5, 3)
  return bytes
}
