import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { MountError, type MountTable } from './mount-table.ts'

/** How a function of `fs` uses its paths. */
interface PathUse {
  /** Indexes of the arguments that are paths. */
  readonly paths: readonly number[]
  /** Indexes of those that are changed. */
  readonly writes?: readonly number[]
  /** The last name is meant itself, not what a link there points to. */
  readonly noFollow?: boolean
  /** The path is only the beginning of a name. */
  readonly prefix?: boolean
}

const READ: PathUse = { paths: [0] }
const WRITE: PathUse = { paths: [0], writes: [0] }
const CHANGE_NAME: PathUse = { paths: [0], writes: [0], noFollow: true }

/** What `fs`, its `…Sync` twins and `fs.promises` have; `open` and `access` are writing by what they ask for. */
const FUNCTIONS: Readonly<Record<string, PathUse>> = {
  access: READ,
  appendFile: WRITE,
  chmod: WRITE,
  chown: WRITE,
  copyFile: { paths: [0, 1], writes: [1] },
  cp: { paths: [0, 1], writes: [1] },
  exists: READ,
  lchmod: CHANGE_NAME,
  lchown: CHANGE_NAME,
  link: { paths: [0, 1], writes: [1] },
  lstat: { paths: [0], noFollow: true },
  lutimes: CHANGE_NAME,
  mkdir: CHANGE_NAME,
  mkdtemp: { paths: [0], writes: [0], prefix: true },
  open: READ,
  openAsBlob: READ,
  opendir: READ,
  readFile: READ,
  readdir: READ,
  readlink: { paths: [0], noFollow: true },
  realpath: READ,
  rename: { paths: [0, 1], writes: [0, 1], noFollow: true },
  rm: CHANGE_NAME,
  rmdir: CHANGE_NAME,
  stat: READ,
  statfs: READ,
  symlink: { paths: [1], writes: [1], noFollow: true },
  truncate: WRITE,
  unlink: CHANGE_NAME,
  unwatchFile: READ,
  utimes: WRITE,
  watch: READ,
  watchFile: READ,
  writeFile: WRITE,
}

type AnyFunction = (...args: unknown[]) => unknown

/** Makes `fs` see the container: its image, its mounts, and nothing else of this machine. */
export function patchFileSystem(table: MountTable, cwd: () => string): void {
  const mapped = new Mapper(table, cwd)
  const sync = fs as unknown as Record<string, AnyFunction>
  const promises = fs.promises as unknown as Record<string, AnyFunction>
  for (const [name, use] of Object.entries(FUNCTIONS)) {
    const natives = { callback: sync[name], sync: sync[`${name}Sync`], promise: promises[name] }
    if (natives.callback) sync[name] = like(natives.callback, mapped.callbackStyle(name, use, natives.callback))
    if (natives.sync) sync[`${name}Sync`] = like(natives.sync, mapped.syncStyle(name, use, natives.sync))
    if (natives.promise) promises[name] = like(natives.promise, mapped.promiseStyle(name, use, natives.promise))
  }
  const native = { callback: fs.realpath.native as AnyFunction, sync: fs.realpathSync.native as AnyFunction }
  sync.realpath = Object.assign(sync.realpath as AnyFunction, {
    native: mapped.callbackStyle('realpath', READ, native.callback),
  })
  sync.realpathSync = Object.assign(sync.realpathSync as AnyFunction, {
    native: mapped.syncStyle('realpath', READ, native.sync),
  })
}

/** Keeps what hangs on a function (`util.promisify.custom`, …), its name and its length. */
function like(original: AnyFunction, replacement: AnyFunction): AnyFunction {
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key)
    if (descriptor && key !== 'prototype') Object.defineProperty(replacement, key, descriptor)
  }
  return replacement
}

class Mapper {
  readonly #table: MountTable
  readonly #cwd: () => string

  constructor(table: MountTable, cwd: () => string) {
    this.#table = table
    this.#cwd = cwd
  }

  syncStyle(name: string, use: PathUse, original: AnyFunction): AnyFunction {
    const mapper = this
    return function (this: unknown, ...args) {
      try {
        const mapped = mapper.#arguments(name, use, args)
        return mapper.#result(name, args, original.apply(this, mapped))
      } catch (error) {
        if (name === 'exists') return false
        throw mapper.#error(error, use, args)
      }
    }
  }

  callbackStyle(name: string, use: PathUse, original: AnyFunction): AnyFunction {
    const mapper = this
    return function (this: unknown, ...args) {
      const callback = args.at(-1)
      const isListener = name === 'watch' || name === 'watchFile' || name === 'unwatchFile'
      if (typeof callback !== 'function' || isListener) return mapper.syncStyle(name, use, original).apply(this, args)
      let mapped: unknown[]
      try {
        mapped = mapper.#arguments(name, use, args)
      } catch (error) {
        const answer = name === 'exists' ? false : mapper.#error(error, use, args)
        process.nextTick(() => callback(answer))
        return undefined
      }
      mapped[mapped.length - 1] = (error: unknown, ...results: unknown[]) => {
        if (name === 'exists') return callback(error)
        if (error) return callback(mapper.#error(error, use, args), ...results)
        callback(error, ...results.map((result) => mapper.#result(name, args, result)))
      }
      return original.apply(this, mapped)
    }
  }

  promiseStyle(name: string, use: PathUse, original: AnyFunction): AnyFunction {
    const mapper = this
    // An async iterator, not a promise.
    if (name === 'watch') return mapper.syncStyle(name, use, original)
    return async function (this: unknown, ...args) {
      try {
        return mapper.#result(name, args, await original.apply(this, mapper.#arguments(name, use, args)))
      } catch (error) {
        throw mapper.#error(error, use, args)
      }
    }
  }

  /** The arguments with paths of this machine in place of the container's. */
  #arguments(name: string, use: PathUse, args: readonly unknown[]): unknown[] {
    const mapped = [...args]
    for (const index of use.paths) {
      const text = pathText(args[index])
      if (text === undefined) continue
      const { host, readOnly } = use.prefix ? this.#prefix(text) : this.#table.resolve(text, this.#cwd(), !use.noFollow)
      if (readOnly && (use.writes?.includes(index) || asksToWrite(name, args))) {
        throw systemError('EROFS', name, text)
      }
      mapped[index] = host
    }
    return mapped
  }

  #prefix(text: string): { host: string; readOnly: boolean } {
    const folder = this.#table.resolve(path.posix.dirname(`${text}x`), this.#cwd(), true)
    return { host: path.join(folder.host, path.posix.basename(`${text}x`).slice(0, -1)), readOnly: folder.readOnly }
  }

  /** Paths in what a function gives, as the container names them; one that was asked by its name on this machine gets such names. */
  #result(name: string, args: readonly unknown[], result: unknown): unknown {
    const asked = pathText(args[0])
    if (asked !== undefined && this.#table.isHostPath(asked)) return result
    if (typeof result === 'string' && ['realpath', 'mkdtemp', 'mkdir'].includes(name)) {
      return this.#table.toContainer(result) ?? result
    }
    if (name === 'readdir' && Array.isArray(result)) {
      for (const entry of result) if (entry instanceof fs.Dirent) this.#renameEntry(entry)
    }
    return result
  }

  #renameEntry(entry: fs.Dirent): void {
    const folder = this.#table.toContainer(entry.parentPath)
    if (folder === undefined) return
    const names = entry as { parentPath: string; path?: string }
    names.parentPath = folder
    if (Object.hasOwn(entry, 'path')) names.path = folder
  }

  /** An error that names the path as the app wrote it. */
  #error(error: unknown, use: PathUse, args: readonly unknown[]): unknown {
    if (error instanceof MountError)
      return systemError(error.code, 'open', pathText(args[use.paths[0] as number]) ?? '')
    if (!(error instanceof Error)) return error
    // Node's permission model; a program expects what Linux says.
    if ((error as NodeJS.ErrnoException).code === 'ERR_ACCESS_DENIED') {
      const isLink = use === FUNCTIONS.symlink
      return systemError(isLink ? 'EPERM' : 'EACCES', isLink ? 'symlink' : 'open', pathText(args[isLink ? 1 : 0]) ?? '')
    }
    const named = error as NodeJS.ErrnoException & { dest?: string }
    for (const key of ['path', 'dest'] as const) {
      const host = named[key]
      const asked = pathText(args[key === 'path' ? 0 : 1])
      if (typeof host !== 'string' || asked === undefined || this.#table.isHostPath(asked)) continue
      const shown = this.#table.toContainer(host) === undefined ? host : asked
      named.message = named.message.replace(host, shown)
      if (named.stack) named.stack = named.stack.replace(host, shown)
      named[key] = shown
    }
    return error
  }
}

function pathText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (value instanceof URL && value.protocol === 'file:') return fileURLToPath(value)
  if (Buffer.isBuffer(value)) return value.toString()
  return undefined
}

function asksToWrite(name: string, args: readonly unknown[]): boolean {
  if (name === 'access') return typeof args[1] === 'number' && (args[1] & fs.constants.W_OK) !== 0
  if (name !== 'open') return false
  const flags = args[1]
  if (typeof flags === 'number')
    return (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT)) !== 0
  return typeof flags === 'string' && flags !== 'r' && flags !== 'rs' && flags !== 'sr'
}

const WORDS = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'read-only file system',
  ELOOP: 'too many symbolic links encountered',
  ENOENT: 'no such file or directory',
} as const

/** `EROFS: read-only file system, open '/etc/config/greeting'`. */
function systemError(code: keyof typeof WORDS, syscall: string, file: string): NodeJS.ErrnoException {
  const call = syscall === 'writeFile' || syscall === 'appendFile' ? 'open' : syscall
  const error = new Error(`${code}: ${WORDS[code]}, ${call} '${file}'`)
  return Object.assign(error, { errno: -os.constants.errno[code], code, syscall: call, path: file })
}
