import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, readlink, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'

export interface VolumeFile {
  readonly content: Buffer
  /** Permission bits. */
  readonly mode: number
}

/** Paths (with `/`, none of them leading out) and what stands there. */
export type VolumeFiles = ReadonlyMap<string, VolumeFile>

/**
 * A folder whose files change all at once: they stand in a dated folder, `..data` links to it and the names link through
 * `..data`. Follows pkg/volume/util/atomic_writer.go. Where links may not be made (Windows), each file is swapped by itself.
 */
export class AtomicFolder {
  readonly folder: string
  #written: string | undefined

  constructor(folder: string) {
    this.folder = folder
  }

  /** True when something changed. */
  async write(files: VolumeFiles): Promise<boolean> {
    const print = fingerprint(files)
    if (print === this.#written) return false
    await mkdir(this.folder, { recursive: true })
    const dated = `..${new Date().toISOString().slice(0, 19).replace(/\D/g, '_')}.${randomBytes(4).toString('hex')}`
    await put(path.join(this.folder, dated), files)
    const before = await readlink(path.join(this.folder, '..data')).catch(() => undefined)
    try {
      await symlink(dated, path.join(this.folder, '..data_tmp'), 'dir')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
      await this.#swapEach(dated, files)
      this.#written = print
      return true
    }
    await rename(path.join(this.folder, '..data_tmp'), path.join(this.folder, '..data'))
    await this.#link(new Set([...files.keys()].map((file) => file.split('/')[0] as string)))
    if (before) await rm(path.join(this.folder, before), { recursive: true, force: true })
    this.#written = print
    return true
  }

  async #link(names: ReadonlySet<string>): Promise<void> {
    const present = new Set((await readdir(this.folder)).filter((name) => !name.startsWith('..')))
    for (const name of names) {
      if (!present.has(name)) await symlink(path.join('..data', name), path.join(this.folder, name))
    }
    for (const name of present) if (!names.has(name)) await unlink(path.join(this.folder, name))
  }

  async #swapEach(dated: string, files: VolumeFiles): Promise<void> {
    const names = new Set([...files.keys()].map((file) => file.split('/')[0] as string))
    for (const name of await readdir(this.folder)) {
      if (name !== dated && !names.has(name)) await rm(path.join(this.folder, name), { recursive: true, force: true })
    }
    for (const name of names) {
      await rm(path.join(this.folder, name), { recursive: true, force: true })
      await rename(path.join(this.folder, dated, name), path.join(this.folder, name))
    }
    await rm(path.join(this.folder, dated), { recursive: true, force: true })
  }
}

async function put(folder: string, files: VolumeFiles): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, { content, mode }] of files) {
    const place = path.join(folder, ...name.split('/'))
    if (name.includes('/')) await mkdir(path.dirname(place), { recursive: true })
    await writeFile(place, content)
    await chmod(place, mode)
  }
}

function fingerprint(files: VolumeFiles): string {
  return JSON.stringify([...files].map(([name, { content, mode }]) => [name, mode, content.toString('base64')]))
}
