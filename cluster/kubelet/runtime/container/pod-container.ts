import { randomBytes } from 'node:crypto'
import path from 'node:path'
import {
  type CommandStreams,
  type Container,
  type ContainerConfig,
  type ExecResult,
  type Exit,
  type Signal,
  StartError,
  type Usage,
} from '../runtime.ts'
import { programOf } from './command.ts'
import { Console } from './console.ts'
import { ContainerFolder, notExecuted, notStarted } from './container-folder.ts'
import { containerEnvironment } from './environment.ts'
import { userOf } from './files.ts'
import { LogWriter, withoutPath } from './log-writer.ts'
import { MemoryGuard } from './memory-guard.ts'
import { OutputCollector } from './output-collector.ts'
import { ProcessTable } from './process-table.ts'
import { StreamedCommand } from './streamed-command.ts'
import type { PodAround, RuntimeParts } from './surroundings.ts'

/** A container: its folder, its processes and its log. */
export class PodContainer implements Container {
  readonly id = randomBytes(32).toString('hex')
  readonly exited: Promise<Exit>
  readonly #config: ContainerConfig
  readonly #folder: ContainerFolder
  readonly #sandbox: PodAround
  readonly #processes: ProcessTable
  #env: Readonly<Record<string, string>> = {}
  #cwd = '/'
  #startedAt = 0
  #ended = false
  #guard: MemoryGuard | undefined
  #log: LogWriter | undefined
  #console: Console | undefined
  #settle: (exit: Exit) => void = () => {}
  /** Set once the container's folder is gone. */
  #message: string | undefined

  private constructor(parts: RuntimeParts, sandbox: PodAround, config: ContainerConfig) {
    this.#sandbox = sandbox
    this.#config = config
    this.#folder = new ContainerFolder(path.join(parts.folder, this.id.slice(0, 16)), config)
    this.#processes = new ProcessTable(parts, sandbox, config, this.#folder)
    this.exited = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  /** Makes the container's folder and starts its command. Throws StartError; then nothing of it is left. */
  static async start(parts: RuntimeParts, sandbox: PodAround, config: ContainerConfig): Promise<PodContainer> {
    const container = new PodContainer(parts, sandbox, config)
    try {
      await container.#start()
      return container
    } catch (error) {
      await container.#folder.remove()
      if (error instanceof StartError) throw error
      throw notStarted((error as Error).message)
    }
  }

  get startedAt(): number {
    return this.#startedAt
  }

  signal(signal: Signal): void {
    if (signal === 'SIGKILL') this.#processes.killAll()
    else this.#processes.signal(1, signal)
  }

  usage(): Promise<Usage | undefined> {
    return this.#processes.usage()
  }

  async terminationMessage(): Promise<string> {
    return this.#message ?? this.#folder.terminationMessage()
  }

  async exec(
    command: readonly string[],
    { timeoutMs, stdin }: { timeoutMs?: number; stdin?: string } = {},
  ): Promise<ExecResult> {
    if (this.#ended) throw new Error('the container is not running')
    const program = await this.#folder.program(programOf(command), this.#cwd, this.#config.image.config.base)
    const sink = new OutputCollector()
    const env = this.#env
    const pid = this.#processes.nextPid()
    const options = { env, cwd: this.#cwd, sink, ...(stdin === undefined ? {} : { stdin }) }
    await this.#processes.start(program, options, pid)
    let timedOut = false
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true
            this.#processes.signal(pid, 'SIGKILL')
          }, timeoutMs)
    const { code } = await this.#processes.exitOf(pid)
    clearTimeout(timer)
    return { exitCode: code, stdout: sink.stdout, stderr: sink.stderr, timedOut }
  }

  async run(command: readonly string[], streams: CommandStreams): Promise<number> {
    const id = randomBytes(32).toString('hex')
    const pid = this.#processes.nextPid()
    const shown = (bytes: Buffer) => withoutPath(bytes, this.#folder.rootfs)
    const streamed = new StreamedCommand(command, streams, this.#processes.joined(pid), shown)
    try {
      if (this.#ended) throw new Error('the container is not running')
      const program = await this.#folder.program(programOf(command), this.#cwd, this.#config.image.config.base)
      await this.#processes.start(program, { ...this.#surroundings(streams.tty), ...streamed.ends }, pid)
    } catch (error) {
      throw notExecuted(error as Error, id)
    }
    return await streamed.finished(this.#processes.exitOf(pid))
  }

  async attach(streams: CommandStreams): Promise<number> {
    if (this.#log && this.#console) await this.#console.join(this.#log, streams, this.exited)
    return 0
  }

  #surroundings(tty: boolean) {
    return { env: tty ? { TERM: 'xterm', ...this.#env } : this.#env, cwd: this.#cwd, tty }
  }

  async #start(): Promise<void> {
    const { image, command, args, memoryLimitBytes, logPath } = this.#config
    const argv = [...(command ?? image.config.entrypoint), ...(args ?? (command ? [] : image.config.cmd))]
    const wanted = programOf(argv)
    this.#env = containerEnvironment(image.config.env, this.#config.env, {
      hostname: this.#sandbox.config.hostname,
      home: userOf(image.config.user).home,
    })
    await this.#folder.make(this.#config, this.#sandbox.config)
    this.#cwd = await this.#folder.workingFolder(this.#config.workingDir ?? image.config.workingDir)
    const program = await this.#folder.program(wanted, this.#cwd, image.config.base)
    const log = await LogWriter.open(logPath, this.#folder.rootfs)
    const pid = this.#processes.nextPid()
    const console = new Console(this.#config, argv, this.#processes.joined(pid))
    this.#console = console
    this.#log = log
    const { tty, stdin } = console
    try {
      await this.#processes.start(program, { ...this.#surroundings(tty), sink: log, ...(stdin && { stdin }) }, pid)
    } catch (error) {
      await log.close()
      throw error
    }
    this.#startedAt = Date.now()
    if (memoryLimitBytes !== undefined) {
      this.#guard = new MemoryGuard(
        memoryLimitBytes,
        () => this.usage(),
        () => this.signal('SIGKILL'),
      )
    }
    this.#finish(log)
  }

  async #finish(log: LogWriter): Promise<void> {
    const { code, signal } = await this.#processes.exitOf(1)
    const finishedAt = Date.now()
    this.#ended = true
    this.#guard?.stop()
    this.#processes.killAll()
    await log.close()
    this.#message = await this.#folder.terminationMessage()
    await this.#folder.remove()
    const oomKilled = this.#guard?.killed ?? false
    this.#settle({ code, ...(signal === undefined ? {} : { signal }), oomKilled, finishedAt })
  }
}
