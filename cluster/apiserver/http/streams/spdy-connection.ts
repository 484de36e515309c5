import { Duplex } from 'node:stream'
import {
  controlFrame,
  dataFrame,
  FIN,
  type Frame,
  GOAWAY,
  PING,
  RST_STREAM,
  SYN_REPLY,
  SYN_STREAM,
  takeFrames,
  words,
} from './spdy-frames.ts'
import { SpdyHeaders } from './spdy-headers.ts'

/** What a slow reader may leave lying before the whole connection waits for it: SPDY as Go speaks it has no other brake. Bytes. */
const BUFFER_BYTES = 256 * 1024
const CANCEL = 5
/** How long the other side may take to close, too. */
const GOODBYE_MS = 1_000

/** A stream of a connection, open in both directions until each side has ended its own. */
export class SpdyStream extends Duplex {
  readonly id: number
  readonly headers: ReadonlyMap<string, string>
  readonly #send: (frame: Buffer, done: (error?: Error | null) => void) => void
  #wanted: (() => void) | undefined
  #finished = false

  constructor(
    id: number,
    headers: ReadonlyMap<string, string>,
    send: (frame: Buffer, done: (error?: Error | null) => void) => void,
  ) {
    super({ readableHighWaterMark: BUFFER_BYTES, emitClose: true })
    this.id = id
    this.headers = headers
    this.#send = send
    // Whoever uses it hears of its end by `close`.
    this.on('error', () => {})
  }

  /** What came for it; resolves when there is room for more. */
  async receive(body: Buffer): Promise<void> {
    if (body.length === 0 || this.destroyed || this.readableEnded || this.push(body)) return
    await new Promise<void>((resolve) => {
      this.#wanted = resolve
      this.once('close', resolve)
    })
  }

  override _read(): void {
    this.#wanted?.()
    this.#wanted = undefined
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(dataFrame(this.id, chunk), done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#finished = true
    this.#send(dataFrame(this.id, Buffer.alloc(0), FIN), done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#finished || !this.readableEnded) this.#send(controlFrame(RST_STREAM, words(this.id, CANCEL)), () => {})
    done(error)
  }
}

/** A SPDY/3.1 connection over a socket that has been upgraded to it. `accept` gets each stream that the other side opens. */
export class SpdyConnection {
  readonly #socket: Duplex
  readonly #accept: (stream: SpdyStream) => void
  readonly #headers = new SpdyHeaders()
  readonly #streams = new Map<number, SpdyStream>()
  /** Settles when the connection has ended, from whichever side. Never rejects. */
  readonly closed: Promise<void>
  #lastStream = 0

  constructor(socket: Duplex, accept: (stream: SpdyStream) => void) {
    this.#socket = socket
    this.#accept = accept
    socket.on('error', () => {})
    this.closed = new Promise((resolve) => {
      const end = () => {
        for (const stream of this.#streams.values()) stream.destroy()
        this.#headers.close()
        resolve()
      }
      if (socket.destroyed) end()
      else socket.once('close', end)
    })
    void this.#read()
  }

  /** Says goodbye, lets what was written leave, and ends the connection. */
  async close(): Promise<void> {
    if (!this.#socket.writable) return
    this.#socket.end(controlFrame(GOAWAY, words(this.#lastStream, 0)))
    const late = setTimeout(() => this.#socket.destroy(), GOODBYE_MS)
    await this.closed
    clearTimeout(late)
  }

  /** Opens a stream of one's own: what a client does. `id`: odd, and larger than any before. */
  async open(id: number, headers: ReadonlyMap<string, string>): Promise<SpdyStream> {
    const stream = this.#add(id, headers)
    const body = Buffer.concat([words(id, 0), Buffer.alloc(2), await this.#headers.write(headers)])
    this.#send(controlFrame(SYN_STREAM, body), () => {})
    return stream
  }

  async #read(): Promise<void> {
    let bytes: Buffer = Buffer.alloc(0)
    try {
      for await (const chunk of this.#socket as AsyncIterable<Buffer>) {
        const { frames, rest } = takeFrames(bytes.length > 0 ? Buffer.concat([bytes, chunk]) : chunk)
        bytes = rest
        for (const frame of frames) await this.#handle(frame)
      }
    } catch {
      // No SPDY, or no longer there.
    }
    this.#socket.destroy()
  }

  async #handle(frame: Frame): Promise<void> {
    if (frame.kind === 'data') {
      const stream = this.#streams.get(frame.stream)
      await stream?.receive(frame.body)
      if (frame.flags & FIN) stream?.push(null)
      return
    }
    const { type, flags, body } = frame
    switch (type) {
      case SYN_STREAM:
        return await this.#opened(body, flags)
      case SYN_REPLY:
        await this.#headers.read(body.subarray(4))
        return
      case RST_STREAM:
        this.#streams.get(body.readUInt32BE())?.destroy()
        return
      case PING:
        // One of ours would have an even number, and there is none.
        if (body.readUInt32BE() % 2 === 1) this.#send(controlFrame(PING, body), () => {})
        return
      default:
      // GOAWAY: the socket's end follows. SETTINGS, HEADERS, WINDOW_UPDATE: Go's side never waits for them.
    }
  }

  async #opened(body: Buffer, flags: number): Promise<void> {
    const id = body.readUInt32BE() & 0x7fffffff
    const headers = await this.#headers.read(body.subarray(10))
    this.#lastStream = id
    const stream = this.#add(id, headers)
    if (flags & FIN) stream.push(null)
    this.#send(controlFrame(SYN_REPLY, Buffer.concat([words(id), await this.#headers.write(new Map())])), () => {})
    this.#accept(stream)
  }

  #add(id: number, headers: ReadonlyMap<string, string>): SpdyStream {
    const stream = new SpdyStream(id, headers, (frame, done) => this.#send(frame, done))
    this.#streams.set(id, stream)
    stream.once('close', () => this.#streams.delete(id))
    return stream
  }

  #send(frame: Buffer, done: (error?: Error | null) => void): void {
    if (this.#socket.writable) this.#socket.write(frame, done)
    else done()
  }
}
