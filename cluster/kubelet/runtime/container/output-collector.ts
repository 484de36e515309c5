import type { Readable } from 'node:stream'

/** What a command may print; the rest is dropped, and the command is not slowed down by it. */
const MAX_BYTES = 8 * 1024 * 1024

/** Keeps the output of an exec. */
export class OutputCollector {
  readonly #chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  readonly #sizes = { stdout: 0, stderr: 0 }

  pump(stream: Readable, name: 'stdout' | 'stderr'): void {
    stream.on('data', (chunk: Buffer) => {
      const room = MAX_BYTES - this.#sizes[name]
      if (room <= 0) return
      this.#sizes[name] += chunk.length
      this.#chunks[name].push(chunk.subarray(0, room))
    })
    stream.on('error', () => {})
  }

  get stdout(): string {
    return Buffer.concat(this.#chunks.stdout).toString()
  }

  get stderr(): string {
    return Buffer.concat(this.#chunks.stderr).toString()
  }
}
