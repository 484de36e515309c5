import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import os from 'node:os'
import { Readable } from 'node:stream'
import type { Answer } from '../preload/container-settings.ts'
import { DEVICES } from '../preload/mount-table.ts'
import { sandboxFlags } from '../processes/node-flags.ts'
import { processStats } from '../processes/process-stats.ts'
import type { Reaper } from '../processes/reaper.ts'
import { systemEnvironment } from '../processes/system-environment.ts'
import type { Signal, TerminalSize, Usage } from '../runtime.ts'

/** Milliseconds that output may still take to arrive after a process has ended. */
const DRAIN_MS = 1_000

export interface ProcessOptions {
  /** What Node runs: a file of this machine, after the flags that load the preload. */
  readonly nodeArgs: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** A folder of this machine. */
  readonly cwd: string
  readonly read: readonly string[]
  readonly write: readonly string[]
  readonly reaper: Reaper
  /** Written at once, or as it comes; left out: the process has none. */
  readonly stdin?: string | Readable
}

export interface ProcessExit {
  readonly code: number
  readonly signal?: number
}

/** One process of a container. Signals wait until its preload is there to receive them; SIGKILL does not. */
export class NodeProcess {
  readonly pid: number
  readonly stdout: Readable
  readonly stderr: Readable
  /** Settles when the process has ended and its output has been read. Never rejects. */
  readonly exited: Promise<ProcessExit>
  /** Set once its preload has reported. */
  #tell: ((answer: Answer) => void) | undefined
  #early: Signal[] = []
  #size: TerminalSize | undefined
  #ended = false
  #usageAsked: ((usage: Usage) => void)[] = []
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, reaper: Reaper) {
    this.#child = child
    this.pid = child.pid as number
    this.stdout = child.stdout as Readable
    this.stderr = child.stderr as Readable
    child.on('error', () => {})
    child.once('exit', () => {
      this.#ended = true
      reaper.remove(this.pid)
      for (const answer of this.#usageAsked.splice(0)) answer({ cpuNanoseconds: 0, memoryBytes: 0 })
    })
    this.exited = exitOf(child)
    reaper.add(this.pid)
  }

  /** Throws what the system says when it cannot start a process. */
  static async start(options: ProcessOptions): Promise<NodeProcess> {
    const devices = process.platform === 'win32' ? [] : [...DEVICES]
    const flags = sandboxFlags({ read: [...options.read, ...devices], write: [...options.write, ...devices] })
    const child = spawn(process.execPath, [...flags, ...options.nodeArgs], {
      cwd: options.cwd,
      env: { ...systemEnvironment(), ...options.env },
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    })
    if (child.pid === undefined) {
      const [error] = await once(child, 'error')
      throw error
    }
    child.stdin?.on('error', () => {})
    if (options.stdin instanceof Readable) feed(options.stdin, child)
    else child.stdin?.end(options.stdin)
    return new NodeProcess(child, options.reaper)
  }

  /** Called by the runtime when the preload has reported. */
  ready(tell: (answer: Answer) => void): void {
    if (this.#tell) return
    this.#tell = tell
    for (const signal of this.#early.splice(0)) this.signal(signal)
    if (this.#size) this.resize(this.#size)
  }

  /** The size of the terminal that it believes to have. */
  resize(size: TerminalSize): void {
    this.#size = size
    this.#tell?.({ op: 'resize', columns: size.columns, rows: size.rows })
  }

  signal(signal: Signal): void {
    if (this.#ended) return
    if (signal === 'SIGKILL') {
      this.#child.kill('SIGKILL')
    } else if (!this.#tell) {
      this.#early.push(signal)
    } else if (process.platform === 'win32') {
      this.#tell({ op: 'signal', signal, number: os.constants.signals[signal] })
    } else {
      this.#child.kill(signal)
    }
  }

  /** Undefined once it has ended. */
  async usage(): Promise<Usage | undefined> {
    if (this.#ended) return undefined
    const measured = await processStats(this.pid)
    if (measured || this.#ended || process.platform === 'linux' || !this.#tell) return measured
    return new Promise((resolve) => {
      this.#usageAsked.push(resolve)
      this.#tell?.({ op: 'usage' })
    })
  }

  /** Called by the runtime when the process has said what it uses, where the system does not. */
  reportUsage(usage: Usage): void {
    for (const answer of this.#usageAsked.splice(0)) answer(usage)
  }
}

/** What comes after the process has ended is nobody's. */
function feed(source: Readable, child: ChildProcess): void {
  if (!child.stdin) return
  source.on('error', () => child.stdin?.end())
  source.pipe(child.stdin)
  child.once('exit', () => {
    source.unpipe()
    source.resume()
  })
}

async function exitOf(child: ChildProcess): Promise<ProcessExit> {
  // It may come in the same turn as the exit.
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, DRAIN_MS)
  })
  await Promise.race([closed, late])
  clearTimeout(timer)
  if (signal === null) return { code: code ?? 0 }
  const number = os.constants.signals[signal]
  return { code: 128 + number, signal: number }
}
