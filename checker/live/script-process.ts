import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { workbook } from '../practice/workbook.ts'
import type { Exit } from './server-process.ts'

/** How much of what a script said is kept. Characters. */
const MOST_OUTPUT = 64 * 1024

interface Script {
  /** Where it runs. */
  readonly folder: string
  /** A TypeScript or JavaScript file; a path that is not absolute begins at the folder. */
  readonly file: string
  readonly args?: readonly string[]
  /** Beside the checker's own environment, which programs that ask a cluster for leave may need. */
  readonly env?: Readonly<Record<string, string>>
}

/** A script that runs as `npx tsx FILE ARGS` runs it, without any shell, for as long as it is not killed. */
export class ScriptProcess {
  /** As messages name it: `by-hand.ts 1.1`. */
  readonly what: string
  readonly ended: Promise<Exit>
  readonly #child: ChildProcess
  readonly #killAtExit = () => this.#killAll()
  #exit: Exit | undefined
  #output = ''

  constructor({ folder, file, args = [], env = {} }: Script) {
    this.what = [path.basename(file), ...args].join(' ')
    const loader = pathToFileURL(path.join(workbook, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href
    this.#child = spawn(process.execPath, ['--import', loader, path.resolve(folder, file), ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // a group of its own: what it started goes with it
      detached: process.platform !== 'win32',
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-MOST_OUTPUT)
      })
    }
    process.once('exit', this.#killAtExit)
    this.ended = new Promise((resolve) => {
      const end = (exit: Exit) => {
        this.#exit ??= exit
        process.removeListener('exit', this.#killAtExit)
        resolve(this.#exit)
      }
      this.#child.on('exit', (code, signal) => end({ code, signal }))
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

  /** Everything that it said so far. */
  get output(): string {
    return stripVTControlCharacters(this.#output)
  }

  /** The last lines that it said; from an error on, where there is one, without those of Node's own inside. */
  lastWords(most = 4): string[] {
    const lines = this.output
      .split(/\r?\n/)
      .filter(
        (line) => line.trim() !== '' && !/^Node\.js v|^\s+at .*(node:|node_modules)|^node:|^\s*\^+\s*$/.test(line),
      )
    const error = lines.findIndex((line) => /^(Uncaught )?\w*Error\b/.test(line))
    return error < 0 ? lines.slice(-most) : lines.slice(error, error + most)
  }

  /** Its last words as evidence, under the name that the learner knows. */
  said(name: string): string[] {
    const words = this.lastWords()
    return words.length > 0 ? [`${name} said:`, ...words.map((line) => `  ${line}`)] : [`${name} said nothing`]
  }

  /** Ends it and what it started, also what hangs. */
  async kill(): Promise<void> {
    this.#killAll()
    await this.ended
  }

  #killAll(): void {
    const { pid } = this.#child
    if (pid === undefined) return
    if (process.platform === 'win32') {
      spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true })
      return
    }
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // all of them have ended
    }
  }
}
