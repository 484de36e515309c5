import type { Readable, Writable } from 'node:stream'

export interface SinkOutputs {
  readonly stdout?: Writable
  readonly stderr?: Writable
  /** What becomes of the bytes on their way. */
  change(bytes: Buffer): Buffer
  /** Aborted when nobody reads any more. */
  readonly gone: AbortSignal
}

/** Passes a command's output on as it comes, no faster than it is read. */
export class StreamSink {
  readonly #outputs: SinkOutputs
  readonly #pumps: Promise<void>[] = []

  constructor(outputs: SinkOutputs) {
    this.#outputs = outputs
  }

  pump(stream: Readable, name: 'stdout' | 'stderr'): void {
    const target = this.#outputs[name]
    stream.on('error', () => {})
    if (target) this.#pumps.push(this.#pass(stream, target).catch(() => {}))
    else stream.resume()
  }

  /** Resolves when all output has been passed on, or nobody reads it. */
  async finished(): Promise<void> {
    await Promise.all(this.#pumps)
  }

  async #pass(stream: Readable, target: Writable): Promise<void> {
    const { change, gone } = this.#outputs
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (gone.aborted || target.destroyed) continue
      if (!target.write(change(chunk))) await roomIn(target, gone)
    }
  }
}

function roomIn(target: Writable, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      target.off('drain', done)
      target.off('close', done)
      gone.removeEventListener('abort', done)
      resolve()
    }
    target.on('drain', done)
    target.on('close', done)
    gone.addEventListener('abort', done)
  })
}
