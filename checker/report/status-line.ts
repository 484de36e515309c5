import { duration } from '../live/waiting.ts'
import { colours } from './marks.ts'

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
/** In a pipe, a wait is mentioned when it gets this long, and again after as much. Milliseconds. */
const MENTION_MS = 5_000

/** What is awaited, for how long already and until when: a line that changes on a terminal, plain lines in a pipe. */
export class StatusLine {
  readonly #out: NodeJS.WriteStream
  #shown = false
  #frame = 0
  #what = ''
  #mentioned = 0

  constructor(out: NodeJS.WriteStream = process.stdout) {
    this.#out = out
  }

  wait(what: string, waitedMs: number, untilMs: number): void {
    const text = `${what} (${duration(waitedMs)} of at most ${duration(untilMs)})`
    if (this.#out.isTTY) {
      this.#frame = (this.#frame + 1) % FRAMES.length
      const room = (this.#out.columns || 80) - 5
      this.clear()
      this.#out.write(`  ${colours.wait(FRAMES[this.#frame] ?? '')} ${text.slice(0, room)}`)
      this.#shown = true
      return
    }
    if (what !== this.#what) {
      this.#what = what
      this.#mentioned = 0
    }
    if (waitedMs - this.#mentioned < MENTION_MS) return
    this.#mentioned = waitedMs
    this.#out.write(`  … waiting: ${text}\n`)
  }

  clear(): void {
    if (!this.#shown) return
    this.#out.write('\r\u001b[2K')
    this.#shown = false
  }
}
