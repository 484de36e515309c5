import fs from 'node:fs'
import path from 'node:path'
import type { SettingsMount } from './container-settings.ts'

/** The functions as Node has them: the preload replaces those on `fs` itself. */
const { lstatSync, readlinkSync } = fs

/** As Linux allows. */
const MAX_LINKS = 40

/** Devices that a container has and that the machine has under the same name. */
export const DEVICES: ReadonlySet<string> = new Set([
  '/dev/null',
  '/dev/zero',
  '/dev/random',
  '/dev/urandom',
  '/dev/stdin',
  '/dev/stdout',
  '/dev/stderr',
])

export class MountError extends Error {
  readonly code: 'ELOOP' | 'EROFS' | 'ENOENT'

  constructor(code: MountError['code']) {
    super(code)
    this.code = code
  }
}

export interface Place {
  /** A path of this machine. */
  readonly host: string
  readonly readOnly: boolean
}

/**
 * Which path of this machine a container's path is. `..` stops at the root and links are followed inside the container, so no
 * path leads out of it. A path of this machine that lies in the container already is left as it is: the module loader uses those.
 */
export class MountTable {
  /** Longest target first; the last is `/`. */
  readonly #mounts: readonly SettingsMount[]

  constructor(rootfs: string, mounts: readonly SettingsMount[]) {
    this.#mounts = [...mounts, { target: '/', source: rootfs, readOnly: false }].sort(
      (a, b) => b.target.length - a.target.length,
    )
  }

  /**
   * Finds the place of a path; `follow` says whether a link at its very end is followed.
   * Throws MountError with the code that Linux would give.
   */
  resolve(containerPath: string, cwd: string, follow: boolean): Place {
    const given = this.#toContainerPath(containerPath)
    const pending = segments(posixResolve(cwd, given))
    let at = '/'
    let links = 0
    while (pending.length > 0) {
      const name = pending.shift() as string
      if (name === '..') {
        at = path.posix.dirname(at)
        continue
      }
      const next = at === '/' ? `/${name}` : `${at}/${name}`
      if (DEVICES.has(next)) {
        at = next
        continue
      }
      if (pending.length === 0 && !follow) {
        at = next
        break
      }
      const host = this.#place(next).host
      const link = linkTarget(host)
      if (link === undefined) {
        at = next
        continue
      }
      links += 1
      if (links > MAX_LINKS) throw new MountError('ELOOP')
      pending.unshift(...segments(link))
      if (link.startsWith('/')) at = '/'
    }
    return this.#place(at)
  }

  /** The container's name of a path of this machine, or undefined when it has none. */
  toContainer(host: string): string | undefined {
    let best: SettingsMount | undefined
    for (const mount of this.#mounts) {
      if (isInside(host, mount.source) && (!best || mount.source.length > best.source.length)) best = mount
    }
    if (!best) return undefined
    const rest = host.slice(best.source.length).replaceAll('\\', '/')
    return path.posix.join(best.target, rest)
  }

  /** Whether the path is one of this machine's and lies in the container's folders. */
  isHostPath(file: string): boolean {
    return this.#mounts.some((mount) => isInside(file, mount.source))
  }

  #toContainerPath(file: string): string {
    return (this.isHostPath(file) && this.toContainer(file)) || file
  }

  #place(at: string): Place {
    if (DEVICES.has(at)) return { host: process.platform === 'win32' ? '\\\\.\\nul' : at, readOnly: false }
    const mount = this.#mounts.find(({ target }) => isInside(at, target)) as SettingsMount
    const rest = mount.target === '/' ? at : at.slice(mount.target.length)
    return {
      host: rest === '/' || rest === '' ? mount.source : path.join(mount.source, rest),
      readOnly: mount.readOnly,
    }
  }
}

/** As a shell would: against the container's working directory, `\` and a drive letter of Windows understood. */
export function posixResolve(cwd: string, file: string): string {
  const plain = process.platform === 'win32' ? file.replace(/^[a-zA-Z]:/, '').replaceAll('\\', '/') : file
  return plain.startsWith('/') ? plain : `${cwd}/${plain}`
}

function segments(file: string): string[] {
  return file.split('/').filter((name) => name !== '' && name !== '.')
}

function linkTarget(host: string): string | undefined {
  try {
    const stats = lstatSync(host, { throwIfNoEntry: false })
    return stats?.isSymbolicLink() ? readlinkSync(host) : undefined
  } catch {
    return undefined
  }
}

function isInside(file: string, folder: string): boolean {
  if (folder === '/') return file.startsWith('/')
  if (!file.startsWith(folder)) return false
  const next = file[folder.length]
  return next === undefined || next === '/' || next === path.sep
}
