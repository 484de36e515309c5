import fs from 'node:fs/promises'
import path from 'node:path'
import type { FsStat, IFileSystem } from 'just-bash'
import { STDERR, STDOUT } from './direct-output.ts'

type Content = string | Uint8Array

/**
 * The container's files for the shell. `node:fs` is what the preload made of it, so the shell sees exactly what `node` sees in
 * the same container.
 */
export class ContainerFs implements IFileSystem {
  readonly #write: (stream: 'stdout' | 'stderr', data: Buffer) => void

  constructor(write: (stream: 'stdout' | 'stderr', data: Buffer) => void) {
    this.#write = write
  }

  async readFile(file: string, options?: unknown): Promise<string> {
    return fs.readFile(file, { encoding: encodingOf(options) })
  }

  async readFileBuffer(file: string): Promise<Uint8Array> {
    return fs.readFile(file)
  }

  async writeFile(file: string, content: Content, options?: unknown): Promise<void> {
    if (!this.#toStream(file, content, options)) await fs.writeFile(file, bytes(content, options))
  }

  async appendFile(file: string, content: Content, options?: unknown): Promise<void> {
    if (!this.#toStream(file, content, options)) await fs.appendFile(file, bytes(content, options))
  }

  async exists(file: string): Promise<boolean> {
    return (
      isStream(file) ||
      fs.stat(file).then(
        () => true,
        () => false,
      )
    )
  }

  async stat(file: string): Promise<FsStat> {
    return isStream(file) ? STREAM : shellStat(await fs.stat(file))
  }

  async lstat(file: string): Promise<FsStat> {
    return isStream(file) ? STREAM : shellStat(await fs.lstat(file))
  }

  async mkdir(folder: string, options?: { recursive?: boolean }): Promise<void> {
    await fs.mkdir(folder, options)
  }

  async readdir(folder: string): Promise<string[]> {
    return fs.readdir(folder)
  }

  async readdirWithFileTypes(folder: string) {
    const entries = await fs.readdir(folder, { withFileTypes: true })
    return entries.map((entry) => ({
      name: entry.name,
      isFile: entry.isFile(),
      isDirectory: entry.isDirectory(),
      isSymbolicLink: entry.isSymbolicLink(),
    }))
  }

  async rm(file: string, options?: { recursive?: boolean; force?: boolean }): Promise<void> {
    const stats = await fs.lstat(file).catch((error: unknown) => {
      if (options?.force) return undefined
      throw error
    })
    if (stats?.isDirectory() && !options?.recursive) await fs.rmdir(file)
    else await fs.rm(file, options)
  }

  async cp(source: string, target: string, options?: { recursive?: boolean }): Promise<void> {
    await fs.cp(source, target, { recursive: options?.recursive ?? false, verbatimSymlinks: true })
  }

  async mv(source: string, target: string): Promise<void> {
    await fs.rename(source, target)
  }

  resolvePath(base: string, file: string): string {
    return path.posix.resolve('/', base, file)
  }

  getAllPaths(): string[] {
    return []
  }

  async chmod(file: string, mode: number): Promise<void> {
    await fs.chmod(file, mode)
  }

  async symlink(target: string, link: string): Promise<void> {
    await fs.symlink(target, link)
  }

  async link(existing: string, fresh: string): Promise<void> {
    await fs.link(existing, fresh)
  }

  async readlink(file: string): Promise<string> {
    return fs.readlink(file)
  }

  async realpath(file: string): Promise<string> {
    return isStream(file) ? file : fs.realpath(file)
  }

  async utimes(file: string, accessed: Date, changed: Date): Promise<void> {
    await fs.utimes(file, accessed, changed)
  }

  #toStream(file: string, content: Content, options: unknown): boolean {
    if (!isStream(file)) return false
    const data = bytes(content, options)
    if (data.length > 0) this.#write(file === STDOUT || file === '/dev/stdout' ? 'stdout' : 'stderr', data)
    return true
  }
}

const STREAM: FsStat = {
  isFile: true,
  isDirectory: false,
  isSymbolicLink: false,
  mode: 0o620,
  size: 0,
  mtime: new Date(0),
}

function isStream(file: string): boolean {
  return file === STDOUT || file === STDERR || file === '/dev/stdout' || file === '/dev/stderr'
}

function encodingOf(options: unknown): BufferEncoding {
  const encoding = typeof options === 'string' ? options : (options as { encoding?: string } | undefined)?.encoding
  return (encoding ?? 'utf8') as BufferEncoding
}

function bytes(content: Content, options: unknown): Buffer {
  return typeof content === 'string' ? Buffer.from(content, encodingOf(options)) : Buffer.from(content)
}

function shellStat(stats: Awaited<ReturnType<typeof fs.stat>>): FsStat {
  return {
    isFile: stats.isFile(),
    isDirectory: stats.isDirectory(),
    isSymbolicLink: stats.isSymbolicLink(),
    mode: Number(stats.mode),
    size: Number(stats.size),
    mtime: stats.mtime,
    dev: stats.dev,
    ino: stats.ino,
  }
}
