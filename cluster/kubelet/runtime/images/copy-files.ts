import { constants } from 'node:fs'
import { copyFile, lstat, mkdir, readdir, readlink, realpath, rm, stat, symlink } from 'node:fs/promises'
import path from 'node:path'
import { hasWildcard, pathPattern } from './path-pattern.ts'

/** Why a COPY or ADD cannot be done; the builder adds file and line. */
export class CopyError extends Error {
  override readonly name = 'CopyError'
}

export interface CopyOrder {
  /** The folder that sources are named in: the build context or another stage. */
  readonly root: string
  /** How it is called in messages: `the build context`, `the stage build`. */
  readonly rootName: string
  readonly sources: readonly string[]
  /** The image's root, and the path in it, absolute, with a `/` at its end where the instruction has one. */
  readonly rootfs: string
  readonly target: string
  /** By a path relative to `root`, with `/`. */
  readonly ignores: (file: string) => boolean
}

/** Copies what COPY names. Nothing is read from outside `root`, and no link that leads out of it gets into an image. */
export async function copyFiles(order: CopyOrder): Promise<void> {
  const root = await realpath(order.root)
  const sources = (await Promise.all(order.sources.map((source) => matches(root, source, order)))).flat()
  const intoFolder = order.target.endsWith('/')
  const target = insideRootfs(order.rootfs, order.target)
  if (sources.length > 1 && !intoFolder) {
    throw new CopyError(`several files are copied to ${order.target}: a folder, which must end with /, is expected`)
  }
  for (const source of sources) {
    const stats = await stat(path.join(root, source))
    if (stats.isDirectory()) {
      await copyFolder(root, source, target, order)
    } else {
      const isFolder = intoFolder || (await stat(target).catch(() => undefined))?.isDirectory()
      await copyOne(root, source, isFolder ? path.join(target, path.basename(source)) : target, order)
    }
  }
}

async function matches(root: string, source: string, order: CopyOrder): Promise<string[]> {
  const clean = path.posix.normalize(source.replaceAll('\\', '/')).replace(/^\/+/, '').replace(/\/+$/, '')
  if (clean === '..' || clean.startsWith('../')) {
    throw new CopyError(`${source} lies outside ${order.rootName}; only files below it can be copied`)
  }
  const found = hasWildcard(clean) ? await expandPattern(root, clean) : [clean === '' ? '.' : clean]
  const kept: string[] = []
  for (const file of found) {
    const real = await realpath(path.join(root, file)).catch(() => undefined)
    if (real === undefined) continue
    if (!isInside(real, root)) throw new CopyError(`${file} is a link that leads out of ${order.rootName}`)
    const isFolder = (await stat(real)).isDirectory()
    if (isFolder || !order.ignores(file)) kept.push(file)
  }
  if (kept.length === 0) {
    const ignored = found.some((file) => order.ignores(file)) ? ' (.dockerignore leaves it out)' : ''
    throw new CopyError(`${source} is not in ${order.rootName}${ignored}`)
  }
  return kept
}

async function expandPattern(root: string, pattern: string): Promise<string[]> {
  let found = ['']
  for (const part of pattern.split('/')) {
    const next: string[] = []
    const fits = hasWildcard(part) ? pathPattern(part) : undefined
    for (const folder of found) {
      if (!fits) {
        next.push(path.posix.join(folder, part))
        continue
      }
      const names = await readdir(path.join(root, folder)).catch(() => [])
      next.push(...names.filter((name) => fits.test(name)).map((name) => path.posix.join(folder, name)))
    }
    found = next
  }
  return found.sort()
}

async function copyFolder(root: string, folder: string, target: string, order: CopyOrder): Promise<void> {
  await mkdir(target, { recursive: true })
  const entries = await readdir(path.join(root, folder), { withFileTypes: true })
  for (const entry of entries) {
    const source = path.posix.join(folder, entry.name)
    const to = path.join(target, entry.name)
    if (entry.isDirectory()) {
      // A folder that is left out may hold files that a later rule takes in again.
      if (order.ignores(source)) await copyFolderIfAny(root, source, to, order)
      else await copyFolder(root, source, to, order)
    } else if (!order.ignores(source)) {
      await copyOne(root, source, to, order)
    }
  }
}

async function copyFolderIfAny(root: string, folder: string, target: string, order: CopyOrder): Promise<void> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true, recursive: true })
  const below = (parent: string) => path.relative(root, parent).split(path.sep).join('/')
  const some = entries.some(
    (entry) => !entry.isDirectory() && !order.ignores(`${below(entry.parentPath)}/${entry.name}`),
  )
  if (some) await copyFolder(root, folder, target, order)
}

async function copyOne(root: string, source: string, to: string, order: CopyOrder): Promise<void> {
  const from = path.join(root, source)
  await mkdir(path.dirname(to), { recursive: true })
  const stats = await lstat(from)
  if (stats.isSymbolicLink()) {
    const link = await readlink(from)
    if (path.isAbsolute(link))
      throw new CopyError(`${source} is an absolute link (to ${link}); only relative ones fit into an image`)
    const leads = path.resolve(path.dirname(from), link)
    if (!isInside(leads, root))
      throw new CopyError(`${source} is a link that leads out of ${order.rootName} (to ${link})`)
    if (!isInside(path.resolve(path.dirname(to), link), order.rootfs)) {
      throw new CopyError(`${source} is a link (to ${link}) that would lead out of the image at ${order.target}`)
    }
    await rm(to, { recursive: true, force: true })
    return symlink(link, to)
  }
  if (!stats.isFile()) throw new CopyError(`${source} is neither a file, a folder nor a link`)
  if ((await lstat(to).catch(() => undefined))?.isSymbolicLink()) await rm(to)
  await copyFile(from, to, constants.COPYFILE_FICLONE)
}

/** A path of an image as one of this machine; `..` stops at the image's root. */
export function insideRootfs(rootfs: string, file: string): string {
  return path.join(rootfs, path.posix.resolve('/', file))
}

function isInside(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder + path.sep)
}
