import { hostname } from 'node:os'

export type Level = 'info' | 'warn' | 'error'

/** Writes one JSON object a line to stdout, where a cluster collects it. `after` is called when the line is out. */
export function log(level: Level, message: string, details: object = {}, after?: () => void): void {
  const line = { time: new Date().toISOString(), level, message, host: hostname(), ...details }
  process.stdout.write(`${JSON.stringify(line)}\n`, after)
}
