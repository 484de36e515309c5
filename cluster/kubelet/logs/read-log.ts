import { type FileHandle, open, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { type Clock, sleep } from '../../apimachinery/clock.ts'
import type { LogOptions } from '../../apiserver/node-connector.ts'
import { parseLogLine } from './log-line.ts'

/** How often a followed log is looked at, in milliseconds. */
const LOOK_MS = 100
const CHUNK = 64 * 1024

/**
 * A log as `kubectl logs` shows it. With `follow` it goes on until `ended` says that nothing more will be written, and all of
 * it has been read. Follows pkg/kubelet/kuberuntime/logs.
 */
export function readLog(file: string, options: LogOptions, clock: Clock, ended: () => boolean): Readable {
  return Readable.from(texts(file, options, clock, ended), { objectMode: false })
}

async function* texts(file: string, options: LogOptions, clock: Clock, ended: () => boolean): AsyncGenerator<Buffer> {
  let left = options.limitBytes ?? Number.POSITIVE_INFINITY
  let atLineStart = true
  for await (const line of lines(file, options, clock, ended)) {
    const entry = parseLogLine(line)
    if (!entry || (options.since !== undefined && Date.parse(entry.time) < options.since)) continue
    const stamp = options.timestamps && atLineStart ? `${entry.time} ` : ''
    atLineStart = !entry.partial
    const text = Buffer.from(`${stamp}${entry.text}${entry.partial ? '' : '\n'}`)
    yield text.length <= left ? text : text.subarray(0, left)
    left -= text.length
    if (left <= 0) return
  }
}

async function* lines(file: string, options: LogOptions, clock: Clock, ended: () => boolean): AsyncGenerator<string> {
  let handle = await openWhenThere(file, options.follow, clock, ended)
  if (!handle) return
  try {
    let position = options.tailLines === undefined ? 0 : await tailStart(handle, options.tailLines)
    let rest = ''
    const buffer = Buffer.alloc(CHUNK)
    for (;;) {
      // Asked before reading: what was written before the end is then certainly read.
      const last = !options.follow || ended()
      const { bytesRead } = await handle.read(buffer, 0, CHUNK, position)
      if (bytesRead > 0) {
        position += bytesRead
        const parts = (rest + buffer.toString('latin1', 0, bytesRead)).split('\n')
        rest = parts.pop() as string
        for (const part of parts) yield Buffer.from(part, 'latin1').toString('utf8')
        continue
      }
      if (last) return
      const next = await rotated(file, handle)
      if (next) {
        await handle.close()
        handle = next
        position = 0
        rest = ''
      } else await sleep(clock, LOOK_MS)
    }
  } finally {
    await handle.close()
  }
}

async function openWhenThere(
  file: string,
  follow: boolean,
  clock: Clock,
  ended: () => boolean,
): Promise<FileHandle | undefined> {
  for (;;) {
    const last = !follow || ended()
    const handle = await open(file, 'r').catch(() => undefined)
    if (handle || last) return handle
    await sleep(clock, LOOK_MS)
  }
}

/** The new file under the same name, when the log was rotated. */
async function rotated(file: string, handle: FileHandle): Promise<FileHandle | undefined> {
  const [named, opened] = await Promise.all([stat(file).catch(() => undefined), handle.stat()])
  if (!named || named.ino === opened.ino) return undefined
  return open(file, 'r').catch(() => undefined)
}

/** Where the last `count` lines begin. */
async function tailStart(handle: FileHandle, count: number): Promise<number> {
  const { size } = await handle.stat()
  if (count <= 0) return size
  let found = 0
  const buffer = Buffer.alloc(CHUNK)
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - CHUNK)
    const { bytesRead } = await handle.read(buffer, 0, end - start, start)
    for (let at = bytesRead - 1; at >= 0; at--) {
      if (buffer[at] !== 10 || start + at === size - 1) continue
      found += 1
      if (found === count) return start + at + 1
    }
    end = start
  }
  return 0
}
