import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { workbook } from '../practice/workbook.ts'

/** What a program needs of the machine to run at all; nothing else of the checker's environment reaches it. */
const KEPT = /^(path|home|userprofile|systemroot|systemdrive|windir|comspec|pathext|temp|tmp|tmpdir|lang|lc_all)$/i
/** How much of what a program said is kept. Characters. */
const MOST_OUTPUT = 64 * 1024
const LAST_WORDS = 6

/** A port that a program listens on: the one that it asked for, and the one that it has. */
export interface Listening {
  readonly asked: number
  readonly port: number
  readonly address: string
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * A learner's TypeScript file as a process of its own, started as `npx tsx FILE` does it, without any shell, in the learner's folder.
 * It must be killed by who started it.
 */
export class ServerProcess {
  /** As messages name it: `server.ts with PORT=4001`. */
  readonly what: string
  readonly ended: Promise<Exit>
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #killAtExit = () => this.#child.kill('SIGKILL')
  #exit: Exit | undefined
  #output = ''
  #told = ''
  #begunAfter: number | undefined

  /** `moved`: whoever asks for this port gets a free one. */
  constructor(folder: string, file: string, env: Readonly<Record<string, string>>, moved?: number) {
    const settings = Object.entries(env).map(
      ([name, value]) => `${name}=${/^[\w.-]*$/.test(value) ? value : `"${value}"`}`,
    )
    this.what = settings.length > 0 ? `${file} with ${settings.join(' ')}` : `${file} without PORT`
    this.#folder = folder
    const loader = pathToFileURL(path.join(workbook, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href
    const teller = new URL('./tells-where-it-listens.mjs', import.meta.url)
    if (moved !== undefined) teller.searchParams.set('moves', String(moved))
    this.#child = spawn(process.execPath, ['--import', teller.href, '--import', loader, file], {
      cwd: folder,
      env: { ...keptEnvironment(), NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-MOST_OUTPUT)
      })
    }
    const start = performance.now()
    const telling = this.#child.stdio[3] as Readable | null
    telling?.setEncoding('utf8').on('data', (text: string) => {
      this.#begunAfter ??= performance.now() - start
      this.#told += text
    })
    // a checker that is stopped half-way leaves nobody behind
    process.once('exit', this.#killAtExit)
    this.ended = new Promise((resolve) => {
      const end = (exit: Exit) => {
        this.#exit ??= exit
        process.removeListener('exit', this.#killAtExit)
        resolve(this.#exit)
      }
      // 'close' comes when all output was read, too
      this.#child.on('close', (code, signal) => end({ code, signal }))
      this.#child.on('error', (error) => {
        this.#output += `${error.message}\n`
        end({ code: null, signal: null })
      })
    })
  }

  /** Undefined while it runs. */
  get exit(): Exit | undefined {
    return this.#exit
  }

  /** Where it listens, in the order in which it began to. */
  get listening(): Listening[] {
    const lines = this.#told.split('\n').slice(1, -1)
    return lines.map((line) => JSON.parse(line) as Listening)
  }

  /** Milliseconds until Node ran anything at all: how busy the machine is. Undefined: not yet. */
  get begunAfter(): number | undefined {
    return this.#begunAfter
  }

  /** Everything that it said so far. */
  get output(): string {
    return stripVTControlCharacters(this.#output)
  }

  /** How it ended, if it did, and the last lines that it said, without those of Node's and the loader's own inside. */
  evidence(): string[] {
    const lines = lastWords(this.output, this.#folder)
    const said = lines.length > 0 ? lines.map((line) => `  ${line}`) : ['  (nothing)']
    const how = this.#exit ? `${this.what} ended with ${exitText(this.#exit)}` : `${this.what} runs`
    return [`${how}; it said:`, ...said]
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** Ends it, also one that hangs. */
  async kill(): Promise<void> {
    if (this.#exit) return
    this.#child.kill('SIGKILL')
    await this.ended
  }
}

/** `exit code 1`, `the signal SIGTERM`. */
export function exitText({ code, signal }: Exit): string {
  return signal ? `the signal ${signal}` : code === null ? 'no exit code' : `exit code ${code}`
}

function keptEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name, value]) => value !== undefined && KEPT.test(name))
  return Object.fromEntries(kept) as Record<string, string>
}

/** Files are named as the learner names them; the transformer counts columns from 0, editors from 1. */
function lastWords(output: string, folder: string): string[] {
  const lines = output.split(/\r?\n/).flatMap((line) => {
    const own = line
      .replaceAll(`${pathToFileURL(folder).href}/`, '')
      .replaceAll(`${folder}${path.sep}`, '')
      .replaceAll(`${folder.replaceAll(path.sep, '/')}/`, '')
    return isInside(own) ? [] : [own.trimEnd()]
  })
  const mistake = lines.filter((line) => /:\d+:\d+: ERROR: /.test(line))
  if (mistake.length > 0) {
    return mistake
      .slice(0, LAST_WORDS)
      .map((line) => line.replace(/:(\d+):(\d+): ERROR: /, (_, at, column) => `:${at}:${Number(column) + 1}: `))
  }
  const thrown = lines.findIndex((line) => /^(Uncaught )?\w*Error\b/.test(line))
  return thrown === -1 ? lines.slice(-LAST_WORDS) : lines.slice(thrown, thrown + LAST_WORDS)
}

/** Lines about the inside of Node or of the loader, which say nothing to who wrote the program. */
function isInside(line: string): boolean {
  return (
    /^\s*$|^Node\.js v|^\s*\^+\s*$|^[{}]$|triggerUncaughtException|throw er; \/\/ Unhandled/.test(line) ||
    /^\s+at .*(node:|node_modules|tells-where-it-listens)|^\s+at <anonymous>|^node:|^\s*name: 'TransformError'|^Emitted 'error' event|^\s+(code|errno|syscall|address|port): /.test(
      line,
    )
  )
}
