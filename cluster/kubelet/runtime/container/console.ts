import { PassThrough, type Readable } from 'node:stream'
import type { CommandStreams, ContainerConfig, TerminalSize } from '../runtime.ts'
import { isInteractiveShell } from '../shell/interactive-words.ts'
import type { LogWriter } from './log-writer.ts'
import { onTerminal, Terminal } from './terminal.ts'

/** What the console does to its container's first process. */
export interface ConsoleProcess {
  interrupt(): void
  resize(size: TerminalSize): void
}

/** A container's own standard streams, for the clients that attach: by `stdin`, `stdinOnce` and `tty` of its spec. */
export class Console {
  readonly tty: boolean
  /** The process's standard input, where the spec asks for one. */
  readonly stdin: Readable | undefined
  readonly #process: ConsoleProcess
  readonly #once: boolean
  readonly #type: (bytes: Buffer) => void
  readonly #end: () => void
  readonly #screens = new Set<(bytes: Buffer) => void>()

  constructor({ stdin, stdinOnce, tty }: ContainerConfig, argv: readonly string[], process: ConsoleProcess) {
    this.tty = tty ?? false
    this.#once = stdinOnce ?? false
    this.#process = process
    const raw = isInteractiveShell(argv)
    const interrupt = () => process.interrupt()
    const terminal = new Terminal({ raw, show: (bytes) => this.#show(bytes), interrupt })
    const plain = new PassThrough()
    this.stdin = stdin ? (tty ? terminal.input : plain) : undefined
    this.#type = (bytes) => (tty ? terminal.type(bytes) : void plain.write(bytes))
    this.#end = () => (tty ? terminal.end() : void plain.end())
  }

  /** Joins a client until the container ends or the client goes. */
  async join(log: LogWriter, streams: CommandStreams, exited: Promise<unknown>): Promise<void> {
    const { stdin, stdout, gone, sizes } = streams
    const stderr = this.tty ? stdout : streams.stderr
    const screen = (bytes: Buffer) => void stdout?.write(bytes)
    const stop = log.listen((name, bytes) => {
      const target = name === 'stdout' ? stdout : stderr
      target?.write(this.tty ? onTerminal(bytes) : bytes)
    })
    this.#screens.add(screen)
    const resize = (size: TerminalSize) => this.#process.resize(size)
    sizes.on('data', resize)
    stdin?.on('data', this.#type)
    if (this.#once) stdin?.once('end', this.#end)
    const left = new Promise<void>((resolve) => {
      if (gone.aborted) resolve()
      gone.addEventListener('abort', () => resolve())
    })
    await Promise.race([exited, left])
    stop()
    this.#screens.delete(screen)
    stdin?.off('data', this.#type)
    stdin?.resume()
    sizes.off('data', resize)
    if (this.#once && gone.aborted) this.#end()
  }

  #show(bytes: Buffer): void {
    for (const screen of this.#screens) screen(bytes)
  }
}
