import { createWriteStream, existsSync, renameSync, statSync, type WriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'

/** As containerd: a longer line is written in pieces, all but the last tagged `P`. */
const MAX_LINE_BYTES = 16 * 1024
/** As the kubelet's containerLogMaxSize; one older file is kept, as `<name>.1`. */
const MAX_FILE_BYTES = 10 * 1024 * 1024
/** A container that writes more is slowed down, as by a full pipe, so that the cluster's process is never busy with its log alone. */
const BYTES_PER_SECOND = 4 * 1024 * 1024
const NEWLINE = 0x0a

/** Writes a container's output to its log file, `2026-11-22T10:00:00.000000000Z stdout F text`, one entry a line. */
export class LogWriter {
  readonly #path: string
  readonly #rootfs: string
  #file: WriteStream
  #size: number
  #budget = BYTES_PER_SECOND
  #filledAt = performance.now()
  readonly #pumps: Promise<void>[] = []
  readonly #listeners = new Set<(name: 'stdout' | 'stderr', bytes: Buffer) => void>()

  private constructor(file: string, rootfs: string) {
    this.#path = file
    this.#rootfs = rootfs
    this.#size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    this.#file = createWriteStream(file, { flags: 'a', mode: 0o600 })
    this.#file.on('error', () => {})
  }

  /** `rootfs`: the folder that is `/` in the container; where its path turns up in a line (a stack trace), it is left out. */
  static async open(file: string, rootfs: string): Promise<LogWriter> {
    await mkdir(path.dirname(file), { recursive: true })
    return new LogWriter(file, rootfs)
  }

  /** Tells what is written from now on, until the function that it gives is called. */
  listen(hear: (name: 'stdout' | 'stderr', bytes: Buffer) => void): () => void {
    this.#listeners.add(hear)
    return () => this.#listeners.delete(hear)
  }

  /** Reads a stream to its end, no faster than the file takes it. */
  pump(stream: Readable, name: 'stdout' | 'stderr'): void {
    this.#pumps.push(this.#pump(stream, name).catch(() => {}))
  }

  /** Resolves when everything that was pumped is in the file. */
  async close(): Promise<void> {
    await Promise.all(this.#pumps)
    await new Promise<void>((resolve) => {
      this.#file.once('close', resolve)
      this.#file.end()
    })
  }

  async #pump(stream: Readable, name: 'stdout' | 'stderr'): Promise<void> {
    let rest: Buffer = Buffer.alloc(0)
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      for (const hear of this.#listeners) hear(name, chunk)
      const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      const entries: Buffer[] = []
      const stamp = now()
      let start = 0
      for (;;) {
        const end = data.indexOf(NEWLINE, start)
        if (end === -1) break
        this.#entry(entries, stamp, name, data.subarray(start, end), 'F')
        start = end + 1
      }
      rest = data.subarray(start)
      while (rest.length >= MAX_LINE_BYTES) {
        this.#entry(entries, stamp, name, rest.subarray(0, MAX_LINE_BYTES), 'P')
        rest = rest.subarray(MAX_LINE_BYTES)
      }
      await this.#write(Buffer.concat(entries))
      await this.#throttle(chunk.length)
    }
    // What ends without a newline is a partial line, as containerd has it.
    if (rest.length > 0) {
      const entries: Buffer[] = []
      this.#entry(entries, now(), name, rest, 'P')
      await this.#write(Buffer.concat(entries))
    }
  }

  #entry(entries: Buffer[], stamp: string, name: string, line: Buffer, tag: 'F' | 'P'): void {
    let rest = line
    while (rest.length > MAX_LINE_BYTES) {
      entries.push(Buffer.from(`${stamp} ${name} P `), rest.subarray(0, MAX_LINE_BYTES), LINE_END)
      rest = rest.subarray(MAX_LINE_BYTES)
    }
    entries.push(Buffer.from(`${stamp} ${name} ${tag} `), withoutPath(rest, this.#rootfs), LINE_END)
  }

  async #write(data: Buffer): Promise<void> {
    if (data.length === 0) return
    if (this.#size + data.length > MAX_FILE_BYTES) await this.#rotate()
    this.#size += data.length
    if (!this.#file.write(data)) await new Promise<void>((resolve) => this.#file.once('drain', () => resolve()))
  }

  async #rotate(): Promise<void> {
    const full = this.#file
    this.#size = 0
    await new Promise<void>((resolve) => full.end(resolve))
    if (existsSync(this.#path)) renameSync(this.#path, `${this.#path}.1`)
    this.#file = createWriteStream(this.#path, { flags: 'a', mode: 0o600 })
    this.#file.on('error', () => {})
  }

  /** Waits until the container may write on, by a budget that fills up with time. */
  async #throttle(bytes: number): Promise<void> {
    const at = performance.now()
    this.#budget = Math.min(BYTES_PER_SECOND, this.#budget + ((at - this.#filledAt) / 1000) * BYTES_PER_SECOND)
    this.#filledAt = at
    this.#budget -= bytes
    if (this.#budget >= 0) return
    await new Promise((resolve) => setTimeout(resolve, (-this.#budget / BYTES_PER_SECOND) * 1000))
  }
}

/** Leaves out the path of a container's root folder: what is printed is the container's own view. */
export function withoutPath(bytes: Buffer, rootfs: string): Buffer {
  if (!bytes.includes(rootfs)) return bytes
  return Buffer.from(bytes.toString('latin1').replaceAll(Buffer.from(rootfs).toString('latin1'), ''), 'latin1')
}

const LINE_END = Buffer.from('\n')

/** RFC 3339 with nine digits; a real clock, finer than a millisecond so that lines keep their order. */
function now(): string {
  const time = performance.timeOrigin + performance.now()
  const ms = Math.floor(time)
  const nanoseconds = Math.floor((time - ms) * 1e6)
  return `${new Date(ms).toISOString().slice(0, 23)}${String(nanoseconds).padStart(6, '0')}Z`
}
