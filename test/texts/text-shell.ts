import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** As wide as a terminal is when nobody changed it. */
const TERMINAL = 'stty -echo -onlcr cols 80 rows 40; exec bash --norc --noprofile --noediting -i'
/** What a program in the background still has to say. Milliseconds. */
const BACKGROUND_MS = 80_000

interface Typed {
  /** What the text says is printed. A program in the background may say it after its prompt is back; it is waited for. */
  readonly isShown?: (printed: string) => boolean
  /** The last command runs until Ctrl-C, which is typed when the text's output is there. */
  readonly untilCtrlC?: boolean
  /** Milliseconds that it may take. */
  readonly ms?: number
}

/**
 * A shell at a terminal of its own (by `script`, as Linux and macOS have it) that lives through a lesson's text: what is typed line by
 * line, the variables, the background jobs and what bash says of them, and Ctrl-C are what a learner has.
 */
export class TextShell {
  readonly #terminal: ChildProcessWithoutNullStreams
  readonly #prompt = `ready-${randomUUID()}`
  readonly #more = `more-${randomUUID()}`
  readonly #started: Promise<unknown>
  #heard = ''
  #typed = 0
  #jobs = false
  #onText: () => void = () => {}

  constructor(folder: string, environment: NodeJS.ProcessEnv) {
    const args =
      process.platform === 'darwin' ? ['-q', '/dev/null', 'sh', '-c', TERMINAL] : ['-qfec', TERMINAL, '/dev/null']
    // a terminal that knows no colours: what is compared is the words
    const env = { ...environment, TERM: 'dumb', NO_COLOR: '1', HISTFILE: '' }
    this.#terminal = spawn('script', args, { cwd: folder, env })
    const hear = (text: string) => {
      this.#heard += text
      this.#onText()
    }
    this.#terminal.stdout.setEncoding('utf8').on('data', hear)
    this.#terminal.stderr.setEncoding('utf8').on('data', hear)
    // in two parts each, so that the line itself, should it be echoed, is not taken for a prompt
    const named = (name: string) => `'${name.slice(0, 9)}''${name.slice(9)}'`
    this.#started = this.#type(`PS1=${named(this.#prompt)} PS2=${named(this.#more)}`, 10_000)
    this.#started.catch(() => {})
  }

  /** Types commands and gives what the terminal shows of them. Rejects when they do not end in time, or not as the text says. */
  async run(commands: string, { isShown, untilCtrlC = false, ms = 90_000 }: Typed = {}): Promise<string> {
    await this.#started
    const lines = commands.trimEnd().split('\n')
    this.#heard = ''
    this.#typed = 0
    this.#jobs ||= lines.some((line) => /(^|[^&])&$/.test(line.trimEnd()))
    for (const [index, line] of lines.entries()) {
      if (untilCtrlC && index === lines.length - 1) await this.#typeUntilCtrlC(line, isShown, ms)
      else await this.#type(line, ms)
    }
    if (this.#jobs && isShown) await this.#until(() => isShown(this.#screen), BACKGROUND_MS).catch(() => {})
    return this.#screen
  }

  /** Ends the shell and everything that was started in it. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#terminal.once('close', resolve))
    if (this.#terminal.exitCode !== null || this.#terminal.signalCode !== null) return
    // what runs in front first; then each job, which has a process group of its own
    this.#terminal.stdin.write('\x03\n')
    this.#terminal.stdin.write('for job in $(jobs -p); do kill -KILL -- -$job; done; wait; exit\n')
    const late = setTimeout(() => this.#terminal.kill('SIGKILL'), 5_000)
    await closed
    clearTimeout(late)
  }

  async #type(line: string, ms: number): Promise<void> {
    this.#typed += 1
    this.#terminal.stdin.write(`${line}\n`)
    await this.#until(() => this.#prompts >= this.#typed, ms)
  }

  async #typeUntilCtrlC(line: string, isShown: Typed['isShown'], ms: number): Promise<void> {
    this.#typed += 1
    this.#terminal.stdin.write(`${line}\n`)
    await this.#until(() => this.#prompts >= this.#typed || (isShown?.(this.#screen) ?? true), ms)
    if (this.#prompts >= this.#typed)
      throw new Error(`the text says that it runs until Ctrl-C, and it ended by itself:\n${this.#screen}`)
    // what comes while the shell is between two commands is lost, as under a human's hand: who sees nothing happen types it again
    const again = setInterval(() => this.#terminal.stdin.write('\x03'), 2_000)
    this.#terminal.stdin.write('\x03')
    try {
      await this.#until(() => this.#prompts >= this.#typed, ms)
    } finally {
      clearInterval(again)
    }
  }

  get #prompts(): number {
    return this.#heard.split(this.#prompt).length + this.#heard.split(this.#more).length - 2
  }

  /** What stands on the terminal, without its prompts; of a line that was written over, what was written last. */
  get #screen(): string {
    const text = stripVTControlCharacters(this.#heard.replaceAll(this.#prompt, '').replaceAll(this.#more, ''))
    return text.replaceAll('\r\n', '\n').replace(/^.*\r(?!\n)/gm, '')
  }

  #until(isSo: () => boolean, ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (finish: () => void) => {
        clearTimeout(timer)
        this.#onText = () => {}
        finish()
      }
      const timer = setTimeout(
        () => end(() => reject(new Error(`not ended within ${ms / 1000} s; printed so far:\n${this.#screen}`))),
        ms,
      )
      this.#onText = () => {
        if (isSo()) end(resolve)
      }
      this.#onText()
    })
  }
}

/** Why no terminal can be had on this machine; undefined where one can. */
export function noTerminal(): string | undefined {
  if (process.platform === 'win32') return 'the texts are tried in bash'
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, 'script')))
    ? undefined
    : '`script` is not installed'
}
