/** One entry of a log file: `2026-11-22T10:00:00.000000000Z stdout F text`. A `P` entry has no end of line of its own. */
export interface LogLine {
  readonly time: string
  readonly partial: boolean
  readonly text: string
}

/** Undefined for a line that is no entry. */
export function parseLogLine(line: string): LogLine | undefined {
  const match = /^(\S+) (?:stdout|stderr) ([FP]) ?(.*)$/s.exec(line)
  if (!match) return undefined
  return { time: match[1] as string, partial: match[2] === 'P', text: match[3] as string }
}
