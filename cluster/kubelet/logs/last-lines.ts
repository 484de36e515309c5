import { open } from 'node:fs/promises'
import { parseLogLine } from './log-line.ts'

/** What `FallbackToLogsOnError` shows: the last 80 lines, at most 2,048 bytes of them. */
const MOST_LINES = 80
const MOST_BYTES = 2_048
/** As much of the file's end as can hold them. */
const WINDOW = 64 * 1024

export async function lastLines(file: string): Promise<string> {
  const handle = await open(file, 'r').catch(() => undefined)
  if (!handle) return ''
  try {
    const { size } = await handle.stat()
    const start = Math.max(0, size - WINDOW)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start)
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n')
    if (start > 0) lines.shift()
    const entries = lines.map(parseLogLine).filter((entry) => entry !== undefined)
    const text = Buffer.from(
      entries
        .slice(-MOST_LINES)
        .map((entry) => (entry.partial ? entry.text : `${entry.text}\n`))
        .join(''),
    )
    return text.subarray(Math.max(0, text.length - MOST_BYTES)).toString()
  } finally {
    await handle.close()
  }
}
