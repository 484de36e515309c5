import { PassThrough } from 'node:stream'

const [CTRL_C, CTRL_D, BACKSPACE, NEWLINE, RETURN, CTRL_U, DELETE] = [0x03, 0x04, 0x08, 0x0a, 0x0d, 0x15, 0x7f]
const ERASED = Buffer.from('\b \b')

export interface TerminalOptions {
  /** The program edits its lines itself: it gets every key. */
  readonly raw: boolean
  /** Shows something on the client's side. */
  show(bytes: Buffer): void
  /** Ctrl-C. */
  interrupt(): void
}

/**
 * What a kernel does for a program on a terminal, for processes that have only pipes: it shows what is typed, gives it line by
 * line, erases, and turns Ctrl-C and Ctrl-D into what they mean.
 */
export class Terminal {
  /** The program's standard input. */
  readonly input = new PassThrough()
  readonly #options: TerminalOptions
  #line: number[] = []

  constructor(options: TerminalOptions) {
    this.#options = options
  }

  /** Keys as they come from the client. */
  type(keys: Buffer): void {
    if (this.#options.raw) this.input.write(keys)
    else for (const key of keys) this.#key(key)
  }

  /** The client has closed its side. */
  end(): void {
    this.input.end()
  }

  #key(key: number): void {
    const { show, interrupt } = this.#options
    switch (key) {
      case CTRL_C:
        this.#line = []
        show(Buffer.from('^C'))
        interrupt()
        return
      case CTRL_D:
        if (this.#line.length === 0) this.input.end()
        else this.#give()
        return
      case RETURN:
      case NEWLINE:
        this.#line.push(NEWLINE)
        show(Buffer.from('\r\n'))
        this.#give()
        return
      case BACKSPACE:
      case DELETE:
        this.#erase()
        return
      case CTRL_U:
        while (this.#line.length > 0) this.#erase()
        return
      default:
        this.#line.push(key)
        show(Buffer.of(key))
    }
  }

  #give(): void {
    if (this.input.writable) this.input.write(Buffer.from(this.#line))
    this.#line = []
  }

  /** One character, of as many bytes as it has in UTF-8. */
  #erase(): void {
    if (this.#line.length === 0) return
    while (isContinuation(this.#line.pop())) {}
    this.#options.show(ERASED)
  }
}

function isContinuation(byte = 0): boolean {
  return (byte & 0xc0) === 0x80
}

/** What a program prints, as a terminal needs it: a new line also begins at its left edge. */
export function onTerminal(bytes: Buffer): Buffer {
  if (!bytes.includes(NEWLINE)) return bytes
  return Buffer.from(bytes.toString('latin1').replace(/(?<!\r)\n/g, '\r\n'), 'latin1')
}
