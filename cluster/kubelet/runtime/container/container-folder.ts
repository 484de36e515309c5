import { mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { SettingsMount } from '../preload/container-settings.ts'
import { MountTable } from '../preload/mount-table.ts'
import type { ContainerConfig, SandboxConfig } from '../runtime.ts'
import { StartError } from '../runtime.ts'
import { toolsOf } from '../shell/tools.ts'
import { type Program, programOf } from './command.ts'
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

  /**
   * What a command is in this container: node, a tool of the shell, or a script of the image with a `#!` line that names one.
   * Throws StartError, in runc's words, when the image has no such program.
   */
  async program(wanted: Program, cwd: string, base: string): Promise<Program> {
    const tools = toolsOf(base)
    const [command = '', ...args] = wanted.kind === 'node' ? ['node'] : wanted.argv
    const slash = command.lastIndexOf('/')
    const name = command.slice(slash + 1)
    const isTool = tools.has(name) && (slash === -1 || /^\/(usr\/)?(local\/)?s?bin$/.test(command.slice(0, slash)))
    if (isTool) return wanted
    if (/^(npm|npx|yarn|pnpm)$/.test(name) && tools.has('node')) {
      throw notStarted(
        `exec: "${command}": the practice cluster starts node itself; write CMD ["node", "server.js"] with your file`,
      )
    }
    if (slash === -1) throw notStarted(`exec: "${command}": executable file not found in $PATH`)
    const { host } = this.table.resolve(command, cwd, true)
    const script = await readFile(host, 'utf8').catch(() => undefined)
    if (script === undefined) {
      throw notStarted(
        `exec: "${command}": ${(await isFile(host)) ? 'permission denied' : `stat ${command}: no such file or directory`}`,
      )
    }
    const interpreter = /^#!\s*(?:\/usr\/bin\/env\s+)?(\S+)/.exec(script)?.[1]
    if (interpreter === undefined || interpreter === command) {
      throw notStarted(
        `exec: "${command}": permission denied (the practice cluster starts node and its own shell, no other programs)`,
      )
    }
    return this.program(programOf([interpreter, command, ...args]), cwd, base)
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

/** What containerd says before runc's reason. */
const TASK =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: '

/** In the words of containerd and runc. */
export function notStarted(reason: string): StartError {
  return new StartError('RunContainerError', `${TASK}unable to start container process: ${reason}: unknown`)
}

/** The same of a command in a container that runs; `id` names the attempt. */
export function notExecuted({ message }: Error, id: string): Error {
  const runc = message.startsWith(TASK) ? message.slice(TASK.length) : message
  return new Error(
    `failed to exec in container: failed to start exec "${id}": OCI runtime exec failed: exec failed: ${runc}`,
  )
}

async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isFile() ?? false
}
