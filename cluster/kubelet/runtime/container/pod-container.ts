import { randomBytes } from 'node:crypto'
import path from 'node:path'
import {
  type Container,
  type ContainerConfig,
  type ExecResult,
  type Exit,
  type Signal,
  StartError,
  type Usage,
} from '../runtime.ts'
import { programOf } from './command.ts'
import { ContainerFolder, notStarted } from './container-folder.ts'
import { containerEnvironment } from './environment.ts'
import { userOf } from './files.ts'
import { LogWriter } from './log-writer.ts'
import { MemoryGuard } from './memory-guard.ts'
import { OutputCollector } from './output-collector.ts'
import type { PodSandbox } from './pod-sandbox.ts'
import { ProcessTable, type RuntimeParts } from './process-table.ts'

/** A container: its folder, its processes and its log. */
export class PodContainer implements Container {
  readonly id = randomBytes(32).toString('hex')
  readonly exited: Promise<Exit>
  readonly #config: ContainerConfig
  readonly #folder: ContainerFolder
  readonly #sandbox: PodSandbox
  readonly #processes: ProcessTable
  #env: Readonly<Record<string, string>> = {}
  #cwd = '/'
  #startedAt = 0
  #ended = false
  #guard: MemoryGuard | undefined
  #settle: (exit: Exit) => void = () => {}
  /** Set once the container's folder is gone. */
  #message: string | undefined

  private constructor(parts: RuntimeParts, sandbox: PodSandbox, config: ContainerConfig) {
    this.#sandbox = sandbox
    this.#config = config
    this.#folder = new ContainerFolder(path.join(parts.folder, this.id.slice(0, 16)), config)
    this.#processes = new ProcessTable(parts, sandbox, config, this.#folder)
    this.exited = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  /** Makes the container's folder and starts its command. Throws StartError; then nothing of it is left. */
  static async start(parts: RuntimeParts, sandbox: PodSandbox, config: ContainerConfig): Promise<PodContainer> {
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
    const running = await this.#processes.start(program, {
      env,
      cwd: this.#cwd,
      sink,
      ...(stdin === undefined ? {} : { stdin }),
    })
    let timedOut = false
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true
            running.signal('SIGKILL')
          }, timeoutMs)
    const { code } = await running.exited
    clearTimeout(timer)
    return { exitCode: code, stdout: sink.stdout, stderr: sink.stderr, timedOut }
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
    try {
      await this.#processes.start(program, { env: this.#env, cwd: this.#cwd, sink: log })
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
