import os from 'node:os'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { type ContainerSettings, SETTINGS_VARIABLE } from '../preload/container-settings.ts'
import { preloadFile, type ShellFiles, shellFiles } from '../processes/bundles.ts'
import type { ContainerConfig, Signal, Usage } from '../runtime.ts'
import type { ShellAnswer, ShellRequest } from '../shell/requests.ts'
import { type Program, programOf } from './command.ts'
import type { ContainerFolder } from './container-folder.ts'
import { userOf } from './files.ts'
import { NodeProcess } from './node-process.ts'
import { OutputCollector } from './output-collector.ts'
import type { JoinedProcess } from './streamed-command.ts'
import type { PodAround, RuntimeParts } from './surroundings.ts'

/** Where a process's output goes. */
export interface Sink {
  pump(stream: Readable, name: 'stdout' | 'stderr'): void
}

export interface StartOptions {
  readonly env: Readonly<Record<string, string>>
  /** As the container names it. */
  readonly cwd: string
  readonly sink: Sink
  readonly stdin?: string | Readable
  /** It believes to have a terminal. */
  readonly tty?: boolean
}

interface Entry {
  readonly running: NodeProcess
  readonly command: string
}

const SIGNALS = new Set(['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'])

/** The processes of one container by the numbers that they have in it; the first is 1. */
export class ProcessTable {
  readonly #parts: RuntimeParts
  readonly #sandbox: PodAround
  readonly #config: ContainerConfig
  readonly #folder: ContainerFolder
  readonly #entries = new Map<number, Entry>()
  /** Processes that run for a shell, with the shell's number. */
  readonly #startedBy = new Map<number, number>()
  #lastPid = 0

  constructor(parts: RuntimeParts, sandbox: PodAround, config: ContainerConfig, folder: ContainerFolder) {
    this.#parts = parts
    this.#sandbox = sandbox
    this.#config = config
    this.#folder = folder
  }

  signal(pid: number, signal: Signal): boolean {
    const entry = this.#entries.get(pid)
    entry?.running.signal(signal)
    return entry !== undefined
  }

  /** The process of this number for a client that is joined to it, also before it is started. */
  joined(pid: number): JoinedProcess {
    return {
      interrupt: () => this.signal(pid, 'SIGINT'),
      kill: () => this.signal(pid, 'SIGKILL'),
      resize: (size) => this.#entries.get(pid)?.running.resize(size),
    }
  }

  killAll(): void {
    for (const { running } of this.#entries.values()) running.signal('SIGKILL')
  }

  /** Of all of them together; undefined when none runs. */
  async usage(): Promise<Usage | undefined> {
    const used = await Promise.all([...this.#entries.values()].map(({ running }) => running.usage()))
    const known = used.filter((usage) => usage !== undefined)
    if (known.length === 0) return undefined
    return {
      cpuNanoseconds: known.reduce((sum, usage) => sum + usage.cpuNanoseconds, 0),
      memoryBytes: known.reduce((sum, usage) => sum + usage.memoryBytes, 0),
    }
  }

  /** Starts the first process, or one beside it. `pid`: the number of a process whose place it takes. */
  async start(program: Program, options: StartOptions, pid = this.nextPid()): Promise<NodeProcess> {
    const { control, reaper } = this.#parts
    const preload = await preloadFile()
    const shell = program.kind === 'shell' ? await shellFiles() : undefined
    const nodeArgs =
      program.kind === 'shell'
        ? [...filesOf(shell), this.#config.image.config.base, ...program.argv]
        : [...program.flags, await this.#folder.entryFile(program.file, options.cwd), ...program.args]
    const sockets = new Set<string>()
    let running: NodeProcess | undefined
    let ready: (() => void) | undefined
    const token = control.admit({
      ready: (peer) => {
        ready = () => running?.ready((answer) => peer.tell(answer))
        ready()
      },
      connect: (host, port) => this.#sandbox.connect(host, port),
      lookup: (name) => this.#sandbox.lookup(name),
      listening: (socket) => sockets.add(socket),
      closed: (socket) => sockets.delete(socket),
      usage: (usage) => running?.reportUsage(usage),
      shell: (request) => this.#serveShell(request, shell === undefined, pid, options.sink),
    })
    const settings = this.#settings(token, pid, program, options, shell)
    const writable = this.#folder.mounts.filter(({ readOnly }) => !readOnly).map(({ source }) => source)
    try {
      running = await NodeProcess.start({
        nodeArgs: ['--require', preload, ...nodeArgs],
        env: { ...options.env, [SETTINGS_VARIABLE]: JSON.stringify(settings) },
        cwd: this.#folder.table.resolve('.', options.cwd, true).host,
        read: [this.#folder.path, preload, ...settings.mounts.map(({ source }) => source), ...this.#sandbox.folders],
        write: [this.#folder.path, ...writable],
        reaper,
        ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
      })
    } catch (error) {
      control.dismiss(token)
      throw error
    }
    ready?.()
    const entry: Entry = { running, command: commandOf(program) }
    this.#entries.set(pid, entry)
    options.sink.pump(running.stdout, 'stdout')
    options.sink.pump(running.stderr, 'stderr')
    running.exited.then(() => {
      if (this.#entries.get(pid) === entry) this.#entries.delete(pid)
      control.dismiss(token)
      for (const socket of sockets) this.#sandbox.removeSocket(socket)
    })
    return running
  }

  /** Resolves with the exit of the process that has this number last: another may have taken its place. */
  async exitOf(pid: number): Promise<{ readonly code: number; readonly signal?: number }> {
    for (;;) {
      const entry = this.#entries.get(pid)
      if (!entry) throw new Error(`no process ${pid}`)
      const exit = await entry.running.exited
      const now = this.#entries.get(pid)
      if (!now || now === entry) return exit
    }
  }

  /** The number of the next process to be started. */
  nextPid(): number {
    this.#lastPid += 1
    return this.#lastPid
  }

  #settings(
    token: string,
    pid: number,
    program: Program,
    { cwd, tty = false }: StartOptions,
    shell: ShellFiles | undefined,
  ): ContainerSettings {
    const { config, socketPrefix, gatewayIp } = this.#sandbox
    const { memoryLimitBytes, image } = this.#config
    const shellMounts = filesOf(shell).map((file) => ({
      target: `/${path.basename(file)}`,
      source: file,
      readOnly: true,
    }))
    return {
      control: this.#parts.control.path,
      token,
      pid,
      shell: shell !== undefined,
      ...(tty && { tty }),
      hostname: config.hostname,
      podIp: config.ip,
      gatewayIp,
      socketPrefix,
      rootfs: this.#folder.rootfs,
      mounts: [...this.#folder.mounts, ...shellMounts],
      cwd,
      user: userOf(image.config.user),
      ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
      execArgv: program.kind === 'node' ? program.flags : [],
    }
  }

  async #serveShell(request: ShellRequest, isApp: boolean, pid: number, sink: Sink): Promise<ShellAnswer> {
    if (isApp) return { ok: false }
    switch (request.do) {
      case 'processes':
        return { processes: [...this.#entries].map(([number, { command }]) => ({ pid: number, command })) }
      case 'interrupt':
        for (const [child, shell] of this.#startedBy) if (shell === pid) this.signal(child, 'SIGINT')
        return { ok: true }
      case 'kill': {
        const name = os.constants.signals[`SIG${request.signal}` as NodeJS.Signals]
          ? `SIG${request.signal}`
          : signalName(request.signal)
        return { ok: name !== undefined && SIGNALS.has(name) && this.signal(request.pid, name as Signal) }
      }
      default:
        return this.#runForShell(request, pid, sink)
    }
  }

  async #runForShell(
    request: Extract<ShellRequest, { do: 'run' | 'become' }>,
    pid: number,
    sink: Sink,
  ): Promise<ShellAnswer> {
    const becomes = request.do === 'become'
    const number = becomes ? pid : this.nextPid()
    const collector = request.do === 'run' && request.capture ? new OutputCollector() : undefined
    try {
      const shell = this.#entries.get(pid)
      const options = { env: request.env, cwd: request.cwd, sink: collector ?? sink }
      const running = await this.start(programOf(request.argv), options, number)
      if (!becomes) this.#startedBy.set(number, pid)
      if (becomes) shell?.running.signal('SIGKILL')
      const { code } = await running.exited
      return { exitCode: code, stdout: collector?.stdout ?? '', stderr: collector?.stderr ?? '' }
    } catch (error) {
      return { exitCode: 126, stdout: '', stderr: `sh: ${(error as Error).message}\n` }
    } finally {
      this.#startedBy.delete(number)
    }
  }
}

function filesOf(shell: ShellFiles | undefined): string[] {
  return shell ? [shell.launcher, shell.script, shell.codeCache] : []
}

function signalName(signal: string): string | undefined {
  if (signal.startsWith('SIG')) return signal
  return Object.entries(os.constants.signals).find(([, number]) => String(number) === signal)?.[0]
}

function commandOf(program: Program): string {
  if (program.kind === 'shell') return program.argv.join(' ')
  return ['node', ...program.flags, program.file, ...program.args].join(' ')
}
