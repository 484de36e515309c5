import { constants, createDeflate, createInflate, type Zlib } from 'node:zlib'
import { SPDY_DICTIONARY } from './spdy-dictionary.ts'
import { words } from './spdy-frames.ts'

/** No stream of Kubernetes' has headers of more, bytes. */
const MAX_BYTES = 64 * 1024

/**
 * Header blocks, compressed as one stream of zlib for a whole connection: to be read and written in the order of their frames.
 */
export class SpdyHeaders {
  readonly #inflate = createInflate({ dictionary: SPDY_DICTIONARY, ...{ highWaterMark: MAX_BYTES } })
  // A small window: a connection's headers are few.
  readonly #deflate = createDeflate({ dictionary: SPDY_DICTIONARY, windowBits: 11, memLevel: 2 })
  #failed: Error | undefined

  constructor() {
    for (const stream of [this.#inflate, this.#deflate]) {
      stream.on('error', (error) => {
        this.#failed = error
      })
    }
  }

  /** Rejects when it is no header block. Names come in lower case. */
  async read(block: Buffer): Promise<ReadonlyMap<string, string>> {
    if (block.length > MAX_BYTES) throw new RangeError(`SPDY headers of ${block.length} bytes`)
    const bytes = await this.#through(this.#inflate, block)
    const headers = new Map<string, string>()
    let at = 4
    const text = () => {
      const length = bytes.readUInt32BE(at)
      at += 4 + length
      return bytes.toString('utf8', at - length, at)
    }
    for (let left = bytes.readUInt32BE(0); left > 0; left -= 1) {
      const name = text().toLowerCase()
      headers.set(name, text())
    }
    return headers
  }

  write(headers: ReadonlyMap<string, string>): Promise<Buffer> {
    const texts = [...headers].flat().map((text) => Buffer.from(text))
    const parts = texts.flatMap((text) => [words(text.length), text])
    return this.#through(this.#deflate, Buffer.concat([words(headers.size), ...parts]))
  }

  close(): void {
    this.#inflate.destroy()
    this.#deflate.destroy()
  }

  async #through(stream: (NodeJS.ReadWriteStream & Zlib) & { destroyed: boolean }, bytes: Buffer): Promise<Buffer> {
    await new Promise<void>((resolve, reject) => {
      // What zlib does not understand ends it without an answer to the write.
      const closed = () => reject(this.#failed ?? new Error('the connection has ended'))
      stream.once('close', closed)
      stream.write(bytes, (error) => {
        stream.off('close', closed)
        if (error) reject(error)
        else resolve()
      })
    })
    if (stream === (this.#deflate as unknown)) {
      await new Promise<void>((resolve) => this.#deflate.flush(constants.Z_SYNC_FLUSH, resolve))
    }
    if (this.#failed) throw this.#failed
    const parts: Buffer[] = []
    for (let part = stream.read() as Buffer | null; part !== null; part = stream.read() as Buffer | null)
      parts.push(part)
    return Buffer.concat(parts)
  }
}
