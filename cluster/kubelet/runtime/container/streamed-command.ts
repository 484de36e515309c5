import type { Readable } from 'node:stream'
import type { CommandStreams, TerminalSize } from '../runtime.ts'
import { isInteractiveShell } from '../shell/interactive-words.ts'
import { StreamSink } from './stream-sink.ts'
import { onTerminal, Terminal } from './terminal.ts'

/** A process as who joins a client to it sees it. */
export interface JoinedProcess {
  interrupt(): void
  kill(): void
  resize(size: TerminalSize): void
}

/** A command that a client is joined to: where its output goes, and where its input comes from. */
export class StreamedCommand {
  /** What the process is to be started with. */
  readonly ends: { readonly sink: StreamSink; readonly stdin?: Readable }
  readonly #streams: CommandStreams
  readonly #process: JoinedProcess

  /** `shown`: what becomes of output on its way, on a terminal or not. */
  constructor(
    command: readonly string[],
    streams: CommandStreams,
    process: JoinedProcess,
    shown: (bytes: Buffer) => Buffer,
  ) {
    const { stdin, stdout, tty, gone } = streams
    this.#streams = streams
    this.#process = process
    const stderr = tty ? stdout : streams.stderr
    const change = tty ? (bytes: Buffer) => onTerminal(shown(bytes)) : shown
    const sink = new StreamSink({ ...(stdout && { stdout }), ...(stderr && { stderr }), change, gone })
    const input = tty && stdin ? this.#terminal(stdin, isInteractiveShell(command)) : stdin
    this.ends = { sink, ...(input && { stdin: input }) }
  }

  /** Resolves when the process has ended and its output has been passed on. The client's going kills it. */
  async finished(exited: Promise<{ readonly code: number }>): Promise<number> {
    const { gone, sizes } = this.#streams
    const kill = () => this.#process.kill()
    const resize = (size: TerminalSize) => this.#process.resize(size)
    if (gone.aborted) kill()
    gone.addEventListener('abort', kill)
    sizes.on('data', resize)
    try {
      const { code } = await exited
      await this.ends.sink.finished()
      return code
    } finally {
      gone.removeEventListener('abort', kill)
      sizes.off('data', resize)
    }
  }

  #terminal(keys: Readable, raw: boolean): Readable {
    const { stdout } = this.#streams
    const show = (bytes: Buffer) => void stdout?.write(bytes)
    const terminal = new Terminal({ raw, show, interrupt: () => this.#process.interrupt() })
    keys.on('data', (bytes: Buffer) => terminal.type(bytes))
    keys.on('end', () => terminal.end())
    return terminal.input
  }
}
