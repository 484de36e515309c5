import type { Readable } from 'node:stream'

/** Standard input as it comes. */
export interface Keyboard {
  readonly input: Readable
  /** On a terminal: each key at once, and unseen. */
  readonly setRaw?: (raw: boolean) => void
  readonly size?: () => { readonly columns: number; readonly rows: number }
}

/** Where a run of kubectl reads and writes; a test gives its own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  stdout(text: string | Uint8Array): void
  stderr(text: string | Uint8Array): void
  /** All of standard input. */
  stdin(): Promise<string>
  keyboard(): Keyboard
  /** Aborted on Ctrl-C: watches and followed logs end. */
  readonly signal: AbortSignal
}

/** The process's own streams. */
export function processIo(signal: AbortSignal): Io {
  // `kubectl get … | head`: the reader has had enough, and that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  return {
    env: process.env,
    cwd: process.cwd(),
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    async stdin() {
      process.stdin.setEncoding('utf8')
      let text = ''
      for await (const chunk of process.stdin) text += chunk
      return text
    },
    keyboard() {
      const { stdin, stdout } = process
      if (!stdin.isTTY) return { input: stdin }
      const size = () => ({ columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 })
      return { input: stdin, setRaw: (raw) => void stdin.setRawMode(raw), size }
    },
    signal,
  }
}
