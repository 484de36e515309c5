import { mkdir, open, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { SettingsMount } from '../preload/container-settings.ts'
import { MountTable } from '../preload/mount-table.ts'
import type { ContainerConfig, SandboxConfig } from '../runtime.ts'
import { StartError } from '../runtime.ts'
import { copyTree, userOf, writeSystemFiles } from './files.ts'

/** As the kubelet reads it. */
const MAX_TERMINATION_MESSAGE = 4096

/** A container's part of the disk: a copy of its image, and the table that says which path is where. */
export class ContainerFolder {
  readonly path: string
  readonly rootfs: string
  readonly mounts: readonly SettingsMount[]
  readonly table: MountTable
  readonly #messageFile: string

  constructor(folder: string, config: ContainerConfig) {
    this.path = folder
    this.rootfs = path.join(folder, 'rootfs')
    this.#messageFile = path.join(folder, 'termination-log')
    this.mounts = [
      ...config.mounts.map(({ target, source, readOnly }) => ({ target: normal(target), source, readOnly })),
      { target: normal(config.terminationMessagePath), source: this.#messageFile, readOnly: false },
    ]
    this.table = new MountTable(this.rootfs, this.mounts)
  }

  async make(config: ContainerConfig, sandbox: SandboxConfig): Promise<void> {
    await copyTree(config.image.rootfs, this.rootfs)
    await writeSystemFiles(this.rootfs, sandbox, userOf(config.image.config.user))
    await writeFile(this.#messageFile, '')
    await Promise.all(this.mounts.map((mount) => this.#makeMountPoint(mount)))
    // Ends Node's search for a package.json: what lies above is this machine's.
    await writeFile(path.join(this.path, 'package.json'), '{}')
  }

  /** The working directory as the container names it; made when it is missing, as containerd does. */
  async workingFolder(workingDir: string): Promise<string> {
    const wanted = normal(workingDir === '' ? '/' : workingDir)
    const { host, readOnly } = this.table.resolve(wanted, '/', true)
    if (!readOnly) await mkdir(host, { recursive: true })
    return wanted
  }

  /** The file of this machine that `node FILE` starts. Throws StartError unless it belongs to the image. */
  async entryFile(file: string, cwd: string): Promise<string> {
    const { host } = this.table.resolve(file, cwd, true)
    if (!host.startsWith(this.rootfs + path.sep)) {
      throw new StartError(
        'RunContainerError',
        `node ${file}: this file comes from a volume; the practice cluster runs only files of the image`,
      )
    }
    for (const candidate of [`${host}.mjs`, `${host}.cjs`].filter(() => /\.[mc]?ts$/.test(host))) {
      if (await isFile(candidate)) return candidate
    }
    return host
  }

  /** What the container wrote to its terminationMessagePath. */
  async terminationMessage(): Promise<string> {
    const file = await open(this.#messageFile, 'r').catch(() => undefined)
    if (!file) return ''
    try {
      const { size } = await file.stat()
      const length = Math.min(size, MAX_TERMINATION_MESSAGE)
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await file.close()
    }
  }

  /** So that what is mounted is also listed. */
  async #makeMountPoint({ source, target }: SettingsMount): Promise<void> {
    const point = path.join(this.rootfs, target)
    const isFolder = (await stat(source).catch(() => undefined))?.isDirectory() ?? true
    await mkdir(isFolder ? point : path.dirname(point), { recursive: true }).catch(() => {})
    if (!isFolder) await writeFile(point, '', { flag: 'a' }).catch(() => {})
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  }
}

function normal(target: string): string {
  return path.posix.resolve('/', target)
}

async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isFile() ?? false
}
