import { randomBytes } from 'node:crypto'
import { appendFile } from 'node:fs/promises'
import type { Clock } from '../../cluster/apimachinery/clock.ts'
import type {
  CommandStreams,
  Container,
  ContainerConfig,
  ExecResult,
  Exit,
  Image,
  Images,
  Runtime,
  Sandbox,
  SandboxConfig,
  Signal,
} from '../../cluster/kubelet/runtime/runtime.ts'
import { ImagePullError, StartError } from '../../cluster/kubelet/runtime/runtime.ts'

const NUMBERS: Partial<Record<Signal, number>> = { SIGTERM: 15, SIGKILL: 9, SIGINT: 2 }

/** A container without a process: a test ends it, and says what commands in it answer. */
export class FakeContainer implements Container {
  readonly id = randomBytes(32).toString('hex')
  readonly startedAt: number
  readonly exited: Promise<Exit>
  readonly config: ContainerConfig
  readonly signals: Signal[] = []
  readonly executed: (readonly string[])[] = []
  /** Signals that end it at once; a process without a handler has SIGKILL alone. */
  obeys: readonly Signal[] = ['SIGTERM', 'SIGKILL']
  message = ''
  running = true
  onExec: (command: readonly string[]) => Partial<ExecResult> | Promise<Partial<ExecResult>> = () => ({})
  readonly #clock: Clock
  #end: (exit: Exit) => void = () => {}

  constructor(config: ContainerConfig, clock: Clock) {
    this.config = config
    this.#clock = clock
    this.startedAt = clock.now()
    this.exited = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  exit(code: number, { oomKilled = false } = {}): void {
    this.running = false
    this.#end({ code, oomKilled, finishedAt: this.#clock.now() })
  }

  signal(signal: Signal): void {
    this.signals.push(signal)
    if (this.obeys.includes(signal) && this.running) this.exit(signal === 'SIGTERM' ? 0 : 128 + (NUMBERS[signal] ?? 0))
  }

  async exec(command: readonly string[]): Promise<ExecResult> {
    this.executed.push(command)
    return { exitCode: 0, stdout: '', stderr: '', timedOut: false, ...(await this.onExec(command)) }
  }

  /** What a client sends to a command comes back to it. */
  async run(command: readonly string[], { stdin, stdout }: CommandStreams): Promise<number> {
    this.executed.push(command)
    if (stdin && stdout) for await (const chunk of stdin) stdout.write(chunk)
    return 0
  }

  async attach(): Promise<number> {
    await this.exited
    return 0
  }

  async usage() {
    return this.running ? { cpuNanoseconds: 1_000, memoryBytes: 2_000 } : undefined
  }

  async terminationMessage() {
    return this.message
  }

  /** One line of its log. */
  async write(text: string): Promise<void> {
    const time = new Date(this.#clock.now()).toISOString().replace('Z', '000000Z')
    await appendFile(this.config.logPath, `${time} stdout F ${text}\n`)
  }
}

/** A runtime whose images are names, and whose containers run until a test says otherwise. */
export class FakeRuntime implements Runtime {
  readonly present = new Set(['app:1.0', 'busybox:1.36'])
  readonly images: Images
  readonly sandboxes: SandboxConfig[] = []
  readonly removed: SandboxConfig[] = []
  readonly started: FakeContainer[] = []
  pulls = 0
  /** Called with each new container before it is given to the kubelet. */
  onStart: (container: FakeContainer) => void = () => {}
  /** Throws to refuse. */
  beforeStart: (config: ContainerConfig) => void = () => {}
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
    const image = (name: string): Image => ({
      id: `sha256:${Buffer.from(name).toString('hex')}`,
      names: [name],
      config: {
        env: {},
        entrypoint: ['node', 'server.js'],
        cmd: [],
        workingDir: '/',
        user: '',
        exposedPorts: [],
        labels: {},
        base: 'node:24',
      },
      rootfs: '/nowhere',
      builtIn: false,
    })
    this.images = {
      list: async () => [...this.present].map(image),
      find: async (name) => (this.present.has(name) ? image(name) : undefined),
      pull: async (name) => {
        this.pulls += 1
        if (!this.present.has(name)) throw new ImagePullError('no such image')
        return image(name)
      },
    }
  }

  /** The newest container of this name. */
  container(name: string): FakeContainer {
    const found = this.started.findLast(({ config }) => config.name === name)
    if (!found) throw new Error(`no container ${name} was started`)
    return found
  }

  async createSandbox(config: SandboxConfig): Promise<Sandbox> {
    this.sandboxes.push(config)
    const own: FakeContainer[] = []
    return {
      id: randomBytes(32).toString('hex'),
      start: async (wanted) => {
        this.beforeStart(wanted)
        if (wanted.command?.[0] === 'nosuchprogram') {
          throw new StartError('RunContainerError', 'exec: "nosuchprogram": executable file not found in $PATH')
        }
        const container = new FakeContainer(wanted, this.#clock)
        this.onStart(container)
        own.push(container)
        this.started.push(container)
        return container
      },
      remove: async () => {
        for (const container of own) if (container.running) container.exit(137)
        this.removed.push(config)
      },
    }
  }

  async close(): Promise<void> {
    for (const container of this.started) if (container.running) container.exit(137)
  }
}
