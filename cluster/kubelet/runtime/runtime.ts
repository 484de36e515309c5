/** What a kubelet asks of a container runtime: the part of the CRI that the practice cluster needs. */
import type { Readable, Writable } from 'node:stream'
import type { PodNetwork } from './pod-network.ts'

export interface Image {
  /** `sha256:…` of the image's files and settings. */
  readonly id: string
  /** `starter-app:1.0`, … */
  readonly names: readonly string[]
  readonly config: ImageConfig
  /** The folder that is `/` in the image. */
  readonly rootfs: string
  /** Built in: cannot be overwritten. */
  readonly builtIn: boolean
}

export interface ImageConfig {
  readonly env: Readonly<Record<string, string>>
  readonly entrypoint: readonly string[]
  readonly cmd: readonly string[]
  readonly workingDir: string
  readonly user: string
  readonly exposedPorts: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  /** As FROM names it, and as `docker build` would run it. */
  readonly base: string
}

export interface Images {
  list(): Promise<readonly Image[]>
  /** By any name that means the same (`starter-app:1.0` and `docker.io/library/starter-app:1.0`), or undefined. */
  find(name: string): Promise<Image | undefined>
  /** As pulling from a registry: what is not here throws ImagePullError, whose message says which images there are. */
  pull(name: string): Promise<Image>
}

export class ImagePullError extends Error {
  override readonly name = 'ImagePullError'
}

/** A pod's place on a node: its address and what all its containers share. */
export interface SandboxConfig {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  /** What `os.hostname()` says in it. */
  readonly hostname: string
  readonly ip: string
  /** Lines of /etc/hosts beyond the pod's own. */
  readonly hostAliases: readonly { readonly ip: string; readonly hostnames: readonly string[] }[]
  readonly network: PodNetwork
}

export interface Mount {
  /** A file or folder of this machine, inside the cluster's state folder. */
  readonly source: string
  /** Absolute, as the container sees it, always with `/`. */
  readonly target: string
  readonly readOnly: boolean
}

export interface ContainerConfig {
  readonly name: string
  /** How often this container was started in its pod before. */
  readonly attempt: number
  readonly image: Image
  /** The manifest's `command` and `args`, expanded; left out: the image's. */
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly workingDir?: string
  /** Only the manifest's; the image's is added below it. */
  readonly env: Readonly<Record<string, string>>
  readonly mounts: readonly Mount[]
  readonly memoryLimitBytes?: number
  /** The process has a standard input, which clients that attach write to; with `stdinOnce` it ends with the first of them. */
  readonly stdin?: boolean
  readonly stdinOnce?: boolean
  readonly tty?: boolean
  /** Where the log goes, one line an entry: `2026-11-22T10:00:00.000000000Z stdout F text`. */
  readonly logPath: string
  /** As the container sees it; what is written there is read from `Container.terminationMessage`. */
  readonly terminationMessagePath: string
}

export interface Runtime {
  readonly images: Images
  createSandbox(config: SandboxConfig): Promise<Sandbox>
  /** Ends whatever runs, at once. The runtime may not be used after it. */
  close(): Promise<void>
}

export interface Sandbox {
  readonly id: string
  /** Throws StartError when the container cannot be started: a command that the image does not have, a refused variable, … */
  start(config: ContainerConfig): Promise<Container>
  /** Kills what still runs in it and frees its address and folders. */
  remove(): Promise<void>
}

export class StartError extends Error {
  override readonly name = 'StartError'
  /** The container state's reason: `CreateContainerError`, `RunContainerError`, `CreateContainerConfigError`. */
  readonly reason: string
  /** The exit code that Kubernetes shows: 127 for a missing program, 128 otherwise. */
  readonly exitCode: number

  constructor(reason: string, message: string, exitCode = 128) {
    super(message)
    this.reason = reason
    this.exitCode = exitCode
  }
}

export type Signal = 'SIGTERM' | 'SIGKILL' | 'SIGINT' | 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2'

export interface Container {
  /** `practice://…` goes before it in `containerID`. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly exited: Promise<Exit>
  signal(signal: Signal): void
  /** Runs a command of the sandboxed shell (or `node FILE`) in the container; killed after `timeoutMs`. */
  exec(
    command: readonly string[],
    options: { readonly timeoutMs?: number; readonly stdin?: string },
  ): Promise<ExecResult>
  /**
   * Runs a command like `exec`, joined to a client. Resolves with its exit code when its output has been passed on; it is killed
   * when the client goes. Rejects, in containerd's words, when it cannot be started.
   */
  run(command: readonly string[], streams: CommandStreams): Promise<number>
  /** Joins a client to the container's own process; resolves with its exit code, or when the client goes. */
  attach(streams: CommandStreams): Promise<number>
  /** Undefined once it has exited. */
  usage(): Promise<Usage | undefined>
  /** What the container wrote to its terminationMessagePath, at most 4,096 bytes. */
  terminationMessage(): Promise<string>
}

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** What joins a client to a process. */
export interface CommandStreams {
  readonly stdin?: Readable
  readonly stdout?: Writable
  readonly stderr?: Writable
  /** The process is to have a terminal; then all output goes to stdout. */
  readonly tty: boolean
  /** The sizes of the client's terminal (TerminalSize), each when it has it. */
  readonly sizes: Readable
  /** Aborted when the client has gone away. */
  readonly gone: AbortSignal
}

export interface Exit {
  /** 128 + the signal's number when a signal ended it. */
  readonly code: number
  readonly signal?: number
  readonly oomKilled: boolean
  readonly finishedAt: number
}

export interface ExecResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
}

export interface Usage {
  /** CPU time used since the start. */
  readonly cpuNanoseconds: number
  readonly memoryBytes: number
}
