import readline from 'node:readline'
import { type Bash, defineCommand } from 'just-bash'

/** Sets `$?` before a line, and keeps what the line has changed after it. */
const [STATUS, KEEP] = ['.status', '.keep']
const INTERRUPTED = 130
/** A longer rest of a line is not repeated before the prompt. */
const MAX_REST = 200

export interface Surroundings {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** What stands before the cursor, in this folder. */
  prompt(cwd: string): string
  /** Prints what a line has left over for the end. */
  print(result: { readonly stdout: string; readonly stderr: string }): void
  /** What was printed after the last newline. */
  rest(): string
  /** Ctrl-C: ends what a line has started. */
  interrupt(): void
}

/** What goes from one line to the next; just-bash itself begins each one anew. */
interface State {
  env: Readonly<Record<string, string>>
  exported: readonly string[]
  cwd: string
  status: number
  readonly functions: Map<string, string>
}

/** A shell that somebody types at. Resolves with its exit code. */
export async function interact(bash: Bash, around: Surroundings): Promise<number> {
  const { env, cwd } = around
  const state: State = { env, exported: Object.keys(env), cwd, status: 0, functions: new Map() }
  let kept = false
  bash.registerCommand(
    defineCommand(STATUS, async ([code = '0']) => ({ stdout: '', stderr: '', exitCode: Number(code) })),
  )
  bash.registerCommand(
    defineCommand(KEEP, async ([code = '0'], ctx) => {
      kept = true
      Object.assign(state, { cwd: ctx.cwd, status: Number(code), env: Object.fromEntries(ctx.env) })
      state.exported = Object.keys(ctx.exportedEnv ?? {})
      return { stdout: '', stderr: '', exitCode: 0 }
    }),
  )
  const keyboard = new Keyboard()
  try {
    for (;;) {
      const line = await typed(keyboard, bash, around, state)
      if (line === undefined) return state.status
      if (line.trim() === '') continue
      kept = false
      const stop = new AbortController()
      const interrupted = keyboard.interrupted(() => {
        stop.abort()
        around.interrupt()
      })
      const running = bash.exec(scriptOf(line, state), {
        rawScript: true,
        env: { ...state.env },
        replaceEnv: true,
        cwd: state.cwd,
        stdin: '',
        signal: stop.signal,
      })
      const result = await Promise.race([running, interrupted])
      keyboard.uninterrupted()
      if (result === 'interrupted') {
        state.status = INTERRUPTED
        continue
      }
      around.print(result)
      remember(line, bash, state)
      if (kept) continue
      // Nothing after the line was reached: it has ended the shell, or failed fatally.
      if (/\b(exit|exec)\b/.test(line)) return result.exitCode
      state.status = result.exitCode
    }
  } finally {
    keyboard.close()
  }
}

function scriptOf(line: string, { exported, functions, status }: State): string {
  const names = exported.filter((name) => /^[A-Za-z_]\w*$/.test(name))
  const exports = names.length > 0 ? `export ${names.join(' ')}\n` : ''
  return `${exports}${[...functions.values()].join('\n')}\n${STATUS} ${status}\n${line}\n${KEEP} $?\n`
}

/** A line, or as many as belong together. Undefined at the end of the input. */
async function typed(
  keyboard: Keyboard,
  bash: Bash,
  around: Surroundings,
  { cwd }: State,
): Promise<string | undefined> {
  let text = ''
  for (;;) {
    const next = await keyboard.line(text === '' ? around.rest() + around.prompt(cwd) : '> ')
    if (next === 'interrupted') text = ''
    else if (next === undefined) return undefined
    else {
      text += next.line
      const wrong = complaint(text, bash)
      if (wrong === undefined) return text
      if (wrong !== 'unfinished') {
        around.print({ stdout: '', stderr: `sh: ${wrong}\n` })
        text = ''
      } else text = text.endsWith('\\') ? text.slice(0, -1) : `${text}\n`
    }
  }
}

function complaint(text: string, bash: Bash): string | undefined {
  if (/(\\|\||&&)\s*$/.test(text) && !/\\\\$/.test(text)) return 'unfinished'
  try {
    bash.transform(text)
    return undefined
  } catch (error) {
    const { message } = error as Error
    const [, row, column] = /at (\d+):(\d+)/.exec(message) ?? []
    const lines = text.split('\n')
    const atEnd = Number(row) === lines.length && Number(column) > (lines.at(-1)?.length ?? 0)
    if (/EOF|unterminated/.test(message) || atEnd) return 'unfinished'
    return `syntax error: ${message.replace(/^.*?: (syntax error )?/, '')}`
  }
}

/** Functions that a line has defined. */
function remember(line: string, bash: Bash, { functions }: State): void {
  for (const statement of bash.transform(line).ast.statements) {
    for (const { commands } of statement.pipelines) {
      const [command] = commands
      if (command?.type === 'FunctionDef') functions.set(command.name, line)
    }
  }
}

/** Lines from a terminal, with editing and a history. */
class Keyboard {
  readonly #readline = readline.createInterface({ input: process.stdin, output: process.stdout, terminal: true })
  readonly #lines: string[] = []
  #closed = false
  #heard: (() => void) | undefined
  #interrupt: () => void = () => {}

  constructor() {
    this.#readline.on('line', (line) => {
      this.#lines.push(line)
      this.#heard?.()
    })
    this.#readline.on('SIGINT', () => {
      process.stdout.write('^C\n')
      this.#interrupt()
    })
    this.#readline.on('close', () => {
      this.#closed = true
      this.#heard?.()
    })
  }

  /** Undefined at the end of the input, `interrupted` when the line was given up with Ctrl-C. */
  async line(prompt: string): Promise<{ readonly line: string } | 'interrupted' | undefined> {
    let given = false
    if (this.#lines.length === 0 && !this.#closed) {
      this.#readline.setPrompt(prompt)
      this.#readline.prompt()
      await new Promise<void>((resolve) => {
        this.#heard = resolve
        this.#interrupt = () => {
          given = true
          this.#readline.write(null, { ctrl: true, name: 'e' })
          this.#readline.write(null, { ctrl: true, name: 'u' })
          resolve()
        }
      })
      this.uninterrupted()
    }
    if (given) return 'interrupted'
    const line = this.#lines.shift()
    if (line === undefined) process.stdout.write('\n')
    return line === undefined ? undefined : { line }
  }

  /** Resolves when Ctrl-C is typed; `act` is done first. */
  interrupted(act: () => void): Promise<'interrupted'> {
    return new Promise((resolve) => {
      this.#interrupt = () => {
        act()
        resolve('interrupted')
      }
    })
  }

  uninterrupted(): void {
    this.#interrupt = () => {}
    this.#heard = undefined
  }

  close(): void {
    this.#readline.close()
  }
}

/** What was printed on the last line, unless it cannot be repeated. */
export function restOf(printed: string): string {
  const rest = printed.slice(printed.lastIndexOf('\n') + 1)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they move the cursor
  return rest.length > MAX_REST || /[\x00-\x1f\x7f]/.test(rest) ? '' : rest
}
