import { type ChildProcess, spawn } from 'node:child_process'
import net from 'node:net'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { workbook } from '../practice/workbook.ts'
import type { Live } from './live.ts'
import { missed, Settled } from './outcome.ts'
import { type Ask, askUrl, type Reply } from './reply.ts'
import { duration } from './waiting.ts'

/** How a program ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly afterMs: number
}

interface Start {
  /** Beside PORT and what Node needs; none of the learner's own variables. */
  readonly env?: Readonly<Record<string, string>>
  /** Where it must listen; left out: a free port, handed over as PORT. */
  readonly port?: number
  /** Leaves PORT out: the program's own default counts. */
  readonly withoutPort?: boolean
  /** Seconds until it must listen. */
  readonly within?: number
}

/** A program of the learner's that runs as a process of this machine, as `npx tsx FILE` would run it. */
export class Program {
  readonly file: string
  readonly port: number
  readonly #child: ChildProcess
  readonly ended: Promise<Ended>
  #output = ''

  private constructor(file: string, port: number, child: ChildProcess) {
    this.file = file
    this.port = port
    this.#child = child
    const started = performance.now()
    const hear = (text: string) => {
      // what a loop prints must not fill the memory
      this.#output = (this.#output + text).slice(-20_000)
    }
    child.stdout?.setEncoding('utf8').on('data', hear)
    child.stderr?.setEncoding('utf8').on('data', hear)
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => hear(error.message))
      child.once('close', (code, signal) => resolve({ code, signal, afterMs: performance.now() - started }))
    })
  }

  /** Starts a file of the learner's folder, and waits until it listens. Ends the check, with its last words, when it does not. */
  static async start(
    live: Live,
    file: string,
    { env = {}, port, withoutPort = false, within = 15 }: Start = {},
  ): Promise<Program> {
    const listenAt = port ?? (await freePort())
    // as a loader in the same process: signals reach the program itself, and no process is left behind by a kill
    const tsx = pathToFileURL(path.join(workbook, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href
    const child = spawn(process.execPath, ['--import', tsx, path.join(live.folder, file)], {
      cwd: live.folder,
      env: { ...basic(), ...(withoutPort ? {} : { PORT: String(listenAt) }), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const program = new Program(file, listenAt, child)
    let ended = false
    void program.ended.then(() => {
      ended = true
    })
    const start = live.waiting.clock.now()
    const state = await live.waiting.until(
      `${file} listens on port ${listenAt}`,
      async () => (ended ? 'ended' : (await accepts(listenAt)) ? 'listens' : undefined),
      within * 1000,
    )
    if (state === 'listens') return program
    await program.kill()
    if (state === 'ended') {
      const { code, signal } = await program.ended
      const detail = signal ?? `it ended with exit code ${code}`
      throw new Settled(missed('program-not-started', { what: file, detail }, program.lastWords()))
    }
    const after = duration(live.waiting.since(start))
    throw new Settled(missed('program-not-listening', { what: file, port: listenAt, after }, program.lastWords()))
  }

  ask(page: string, how?: Ask): Promise<Reply> {
    return askUrl(`http://127.0.0.1:${this.port}${page}`, how)
  }

  /** Asks it to end; `ended` tells how it did. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Ends it, whatever it does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }

  /** The last lines that it printed, as evidence. */
  lastWords(most = 4): string[] {
    const lines = this.#output
      .trim()
      .split('\n')
      .filter((line) => line.trim() !== '')
    const error = lines.findIndex((line) => /Error\b/.test(line))
    const shown = error >= 0 ? lines.slice(error, error + most) : lines.slice(-most)
    return shown.map((line) => `  it says: ${line.trim()}`)
  }
}

/** A port that nobody listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo
      server.close(() => resolve(port))
    })
  })
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port })
    const end = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.setTimeout(500, () => end(false))
    socket.on('connect', () => end(true))
    socket.on('error', () => end(false))
  })
}

function basic(): Record<string, string> {
  const names = ['PATH', 'HOME', 'USERPROFILE', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG']
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}
