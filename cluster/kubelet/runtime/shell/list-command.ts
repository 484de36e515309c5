import fs from 'node:fs/promises'
import path from 'node:path'
import { type Command, defineCommand, type ResolvedCommandContext } from 'just-bash'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** What is older, or lies ahead, is shown with its year instead of the time. ms */
const RECENT_MS = 182 * 24 * 3_600_000

type Stats = Awaited<ReturnType<typeof fs.lstat>>

interface Entry {
  readonly name: string
  readonly file: string
  readonly stats: Stats
}

/** busybox's `ls`, as it prints into a pipe. just-bash's own follows links, and a ConfigMap's volume is made of links. */
export const listCommand: Command = defineCommand('ls', list)

async function list(args: string[], ctx: ResolvedCommandContext) {
  const flags = new Set(args.filter((arg) => /^-./.test(arg)).flatMap((arg) => [...arg.slice(1)]))
  const named = args.filter((arg) => !/^-./.test(arg))
  const found: Entry[] = []
  let stderr = ''
  for (const name of named.length > 0 ? named : ['.']) {
    const file = ctx.fs.resolvePath(ctx.cwd, name)
    try {
      const stats = flags.has('l') || flags.has('d') ? await fs.lstat(file) : await fs.stat(file)
      found.push({ name, file, stats })
    } catch (error) {
      stderr += `ls: ${name}: ${why(error as NodeJS.ErrnoException)}\n`
    }
  }
  const isFolder = ({ stats }: Entry) => stats.isDirectory() && !flags.has('d')
  const parts: string[] = []
  const files = found.filter((entry) => !isFolder(entry))
  if (files.length > 0) parts.push(await lines(files, flags))
  const folders = found.filter(isFolder)
  while (folders.length > 0) {
    const folder = folders.shift() as Entry
    try {
      const entries = await entriesOf(folder.file, flags)
      const total = flags.has('l') ? `total ${entries.reduce((sum, { stats }) => sum + blocks(stats), 0)}\n` : ''
      const title = named.length > 1 || flags.has('R') ? `${folder.name}:\n` : ''
      parts.push(title + total + (await lines(entries, flags)))
      if (!flags.has('R')) continue
      const inner = entries.filter(({ name, stats }) => stats.isDirectory() && name !== '.' && name !== '..')
      folders.unshift(...inner.map((entry) => ({ ...entry, name: path.posix.join(folder.name, entry.name) })))
    } catch (error) {
      stderr += `ls: can't open '${folder.name}': ${why(error as NodeJS.ErrnoException)}\n`
    }
  }
  return { stdout: parts.join('\n'), stderr, exitCode: stderr === '' ? 0 : 1 }
}

async function entriesOf(folder: string, flags: ReadonlySet<string>): Promise<Entry[]> {
  const own = (await fs.readdir(folder)).filter((name) => flags.has('a') || flags.has('A') || !name.startsWith('.'))
  const names = [...(flags.has('a') ? ['.', '..'] : []), ...own.sort()]
  const entries = await Promise.all(
    names.map(async (name) => {
      const file = path.posix.join(folder, name)
      return { name, file, stats: await fs.lstat(file) }
    }),
  )
  if (flags.has('t')) entries.sort((a, b) => Number(b.stats.mtimeMs) - Number(a.stats.mtimeMs))
  if (flags.has('S')) entries.sort((a, b) => Number(b.stats.size) - Number(a.stats.size))
  return flags.has('r') ? entries.reverse() : entries
}

async function lines(entries: readonly Entry[], flags: ReadonlySet<string>): Promise<string> {
  const all = await Promise.all(entries.map((entry) => (flags.has('l') ? long(entry, flags) : shown(entry, flags))))
  return all.map((line) => `${line}\n`).join('')
}

async function long(entry: Entry, flags: ReadonlySet<string>): Promise<string> {
  const { stats, file } = entry
  const target = stats.isSymbolicLink() ? ` -> ${await fs.readlink(file)}` : ''
  const size = flags.has('h') ? human(Number(stats.size)) : String(stats.size)
  const owner = `${'root'.padEnd(8)} ${'root'.padEnd(8)}`
  return `${mode(stats)} ${String(stats.nlink).padStart(4)} ${owner} ${size.padStart(9)} ${moment(stats.mtime)} ${shown(entry, flags)}${target}`
}

function shown({ name, stats }: Entry, flags: ReadonlySet<string>): string {
  const mark = stats.isDirectory() ? '/' : stats.isSymbolicLink() ? '@' : Number(stats.mode) & 0o111 ? '*' : ''
  if (flags.has('F')) return name + mark
  return flags.has('p') && stats.isDirectory() ? `${name}/` : name
}

function mode(stats: Stats): string {
  const kind = stats.isDirectory() ? 'd' : stats.isSymbolicLink() ? 'l' : stats.isFile() ? '-' : 'c'
  const bits = [...'rwxrwxrwx'].map((letter, index) => (Number(stats.mode) & (1 << (8 - index)) ? letter : '-'))
  return kind + bits.join('')
}

function moment(time: Date): string {
  const day = `${MONTHS[time.getUTCMonth()]} ${String(time.getUTCDate()).padStart(2)}`
  const age = Date.now() - time.getTime()
  return age >= 0 && age < RECENT_MS ? `${day} ${time.toISOString().slice(11, 16)}` : `${day}  ${time.getUTCFullYear()}`
}

/** In KiB. */
function blocks({ size }: Stats): number {
  return Math.ceil(Number(size) / 4096) * 4
}

function human(size: number): string {
  const units = ['', 'K', 'M', 'G', 'T']
  let [value, unit] = [size, 0]
  for (; value >= 1024; unit += 1) value /= 1024
  return unit === 0 ? String(size) : `${value.toFixed(1)}${units[unit]}`
}

function why({ code, message }: NodeJS.ErrnoException): string {
  const words: Record<string, string> = {
    ENOENT: 'No such file or directory',
    EACCES: 'Permission denied',
    ENOTDIR: 'Not a directory',
  }
  return words[code ?? ''] ?? message
}
