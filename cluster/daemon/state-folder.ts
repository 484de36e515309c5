import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Bytes that the path of a Unix socket may have on every system. */
const LONGEST_SOCKET_PATH = 100

/** What a running cluster tells about itself. The file is there from "the API answers" until a clean stop. */
export interface ProcessFile {
  readonly pid: number
  readonly port: number
  /** Of the bundle that runs. */
  readonly version: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** Milliseconds from the start of the process until the API answered. */
  readonly readyAfterMs: number
}

/** `.cluster/`: all that a practice cluster keeps. Readable by its owner only. */
export class StateFolder {
  readonly root: string

  constructor(root: string) {
    this.root = path.resolve(root)
  }

  get kubeconfig(): string {
    return path.join(this.root, 'kubeconfig')
  }
  /** Certificate, key and token of the API server. */
  get pki(): string {
    return path.join(this.root, 'pki')
  }
  get etcd(): string {
    return path.join(this.root, 'etcd')
  }
  /** Built images. */
  get images(): string {
    return path.join(this.root, 'images')
  }
  /** What kubelets keep for pods: volumes, logs, sandboxes. */
  get kubelet(): string {
    return path.join(this.root, 'kubelet')
  }
  get log(): string {
    return path.join(this.root, 'log')
  }
  get processFile(): string {
    return path.join(this.root, 'process.json')
  }
  /** The port of last time, so that a kubeconfig that was copied elsewhere goes on working. */
  get portFile(): string {
    return path.join(this.root, 'port')
  }

  /**
   * A local address that the running cluster listens on for as long as its process lives: who can connect to it knows that the
   * process is there, even if it hangs. In the folder itself where a Unix socket's path may be that long.
   */
  get lifeline(): string {
    const id = createHash('sha256').update(this.root).digest('hex').slice(0, 10)
    if (process.platform === 'win32') return `\\\\.\\pipe\\kbh-${id}`
    const own = path.join(this.root, 'alive')
    return own.length <= LONGEST_SOCKET_PATH ? own : path.join(tmpdir(), `kbh-${id}.sock`)
  }

  create(): void {
    for (const folder of [this.root, this.pki]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  /** Writes a file so that a reader sees the old one or the new one, whole. */
  write(file: string, text: string): void {
    const temporary = `${file}.${process.pid}`
    writeFileSync(temporary, text, { mode: 0o600 })
    renameSync(temporary, file)
  }

  readProcess(): ProcessFile | undefined {
    try {
      return JSON.parse(readFileSync(this.processFile, 'utf8')) as ProcessFile
    } catch {
      return undefined
    }
  }

  removeProcess(): void {
    rmSync(this.processFile, { force: true })
  }
}

/** The cluster of this copy of the workbook: `.cluster/` in it, or what WORKBOOK_CLUSTER_DIR names. */
export function defaultStateFolder(workbook: string): StateFolder {
  return new StateFolder(process.env.WORKBOOK_CLUSTER_DIR ?? path.join(workbook, '.cluster'))
}
