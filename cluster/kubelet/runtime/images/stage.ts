import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { copyTree } from '../container/files.ts'
import type { ImageConfig } from '../runtime.ts'
import { insideRootfs } from './copy-files.ts'
import type { Variables } from './dockerfile-words.ts'

/** A stage of a build: its files and its settings so far. */
export class Stage {
  readonly name: string | undefined
  readonly rootfs: string
  readonly env: Record<string, string>
  readonly args: Record<string, string> = {}
  readonly labels: Record<string, string>
  readonly exposedPorts: Set<string>
  readonly #base: string
  user: string
  cmd: readonly string[]
  entrypoint: readonly string[]
  shell: readonly string[] = ['/bin/sh', '-c']
  /** CMD was given in this stage. */
  ownCmd = false
  #workingDir: string

  private constructor(name: string | undefined, rootfs: string, base: ImageConfig) {
    this.name = name
    this.rootfs = rootfs
    this.env = { ...base.env }
    this.labels = { ...base.labels }
    this.exposedPorts = new Set(base.exposedPorts)
    this.user = base.user
    this.cmd = base.cmd
    this.entrypoint = base.entrypoint
    this.#workingDir = base.workingDir
    this.#base = base.base
  }

  /** Begins as a copy of its base. */
  static async begin(name: string | undefined, rootfs: string, base: ImageConfig, files?: string): Promise<Stage> {
    await mkdir(rootfs, { recursive: true })
    if (files !== undefined) await copyTree(files, rootfs)
    return new Stage(name, rootfs, base)
  }

  /** What `$NAME` means: ENV wins over ARG. */
  variables(): Variables {
    return { ...this.args, ...this.env }
  }

  /** A path against WORKDIR, with the `/` at its end kept. */
  absolute(file: string): string {
    const plain = path.posix.resolve('/', this.#workingDir, file)
    return /(^|\/)\.?$/.test(file) && plain !== '/' ? `${plain}/` : plain
  }

  async changeFolder(folder: string): Promise<undefined> {
    this.#workingDir = path.posix.resolve('/', this.#workingDir, folder)
    await mkdir(insideRootfs(this.rootfs, this.#workingDir), { recursive: true })
  }

  config(): ImageConfig {
    return {
      env: { ...this.env },
      entrypoint: this.entrypoint,
      cmd: this.cmd,
      workingDir: this.#workingDir,
      user: this.user,
      exposedPorts: [...this.exposedPorts].sort(),
      labels: { ...this.labels },
      base: this.#base,
    }
  }
}
