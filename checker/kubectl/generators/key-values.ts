import { readFileSync } from 'node:fs'
import path from 'node:path'
import { CommandError } from '../errors.ts'
import type { Session } from '../session.ts'

/**
 * What --from-literal, --from-file and --from-env-file give a ConfigMap or Secret, as bytes. Throws `taken`'s words for a key that is
 * given twice.
 */
export function keyValues(session: Session, taken: (key: string) => string): ReadonlyMap<string, Buffer> {
  const { flags } = session
  const data = new Map<string, Buffer>()
  const add = (key: string, value: Buffer) => {
    if (data.has(key)) throw new CommandError(taken(key))
    data.set(key, value)
  }
  for (const literal of flags.list('from-literal')) {
    const [key, value] = pairOf(literal, 'literal')
    add(key, Buffer.from(value))
  }
  for (const source of flags.list('from-file')) {
    const [key, file] = source.includes('=') ? pairOf(source, 'file') : [path.basename(source), source]
    add(key, readGiven(session, file))
  }
  for (const file of flags.list('from-env-file')) {
    const lines = readGiven(session, file)
      .toString('utf8')
      .split(/\r?\n/)
      .filter((line) => line.trim() && !line.trimStart().startsWith('#'))
    for (const line of lines) {
      const [key, value] = pairOf(line.trimStart(), 'env')
      add(key, Buffer.from(value))
    }
  }
  return data
}

/** A file that was named on the command line. */
export function readGiven({ io }: Session, file: string): Buffer {
  try {
    return readFileSync(path.resolve(io.cwd, file))
  } catch {
    throw new CommandError(`error reading ${file}: no such file or directory`)
  }
}

function pairOf(text: string, source: string): readonly [key: string, value: string] {
  const equals = text.indexOf('=')
  if (equals <= 0) throw new CommandError(`invalid ${source} source ${text}, expected key=value`)
  return [text.slice(0, equals), text.slice(equals + 1)]
}
