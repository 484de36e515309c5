import { expand, type Variables } from './dockerfile-words.ts'

/** What is wrong with a Dockerfile, or what it asks and cannot have here: `Dockerfile:7: …`. */
export class DockerfileError extends Error {
  override readonly name = 'DockerfileError'
  readonly file: string
  readonly line: number

  constructor(file: string, line: number, message: string) {
    super(`${file}:${line}: ${message}`)
    this.file = file
    this.line = line
  }
}

export interface Instruction {
  /** In capitals. */
  readonly name: string
  /** Where it begins, from 1. */
  readonly line: number
  /** `--from=build` is `from: 'build'`; a flag alone is `''`. */
  readonly flags: Readonly<Record<string, string>>
  /** What follows the name and the flags, with continued lines joined. */
  readonly rest: string
}

const INSTRUCTIONS = [
  ...['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER'],
  ...['ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'],
]
const WITH_FLAGS = new Set(['ADD', 'COPY', 'FROM', 'HEALTHCHECK', 'RUN'])

/** Reads a Dockerfile. Throws DockerfileError for what Docker would not read either. */
export function parseDockerfile(text: string, file: string): readonly Instruction[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const continuation = /^#\s*escape\s*=\s*(`|\\)/im.exec(leadingComments(lines))?.[1] ?? '\\'
  const instructions: Instruction[] = []
  for (let index = 0; index < lines.length; index += 1) {
    const first = index
    let joined = lines[index] as string
    if (isBlank(joined)) continue
    while (joined.trimEnd().endsWith(continuation)) {
      joined = joined.trimEnd().slice(0, -1)
      index += 1
      // Comments and empty lines between continued lines are skipped.
      while (index < lines.length && isBlank(lines[index] as string)) index += 1
      if (index >= lines.length) break
      joined += lines[index]
    }
    instructions.push(instruction(joined.trim(), first + 1, file))
  }
  if (instructions.length === 0) throw new DockerfileError(file, 1, 'the file is empty; it must begin with FROM')
  return instructions
}

function instruction(text: string, line: number, file: string): Instruction {
  const [word = '', ...others] = text.split(/\s+/)
  const name = word.toUpperCase()
  if (!INSTRUCTIONS.includes(name)) {
    throw new DockerfileError(file, line, `unknown instruction: ${word}. Expected one of ${INSTRUCTIONS.join(', ')}`)
  }
  let rest = text.slice(word.length).trim()
  const flags: Record<string, string> = {}
  while (WITH_FLAGS.has(name)) {
    const flag = /^--([a-z][\w-]*)(?:=(\S*))?(?:\s+|$)/.exec(rest)
    if (!flag) break
    flags[flag[1] as string] = flag[2] ?? ''
    rest = rest.slice(flag[0].length)
  }
  if (others.length === 0 || rest === '') {
    throw new DockerfileError(
      file,
      line,
      `${name} requires ${name === 'COPY' || name === 'ADD' ? 'at least two arguments' : 'an argument'}`,
    )
  }
  return { name, line, flags, rest }
}

function isBlank(line: string): boolean {
  return /^\s*(#|$)/.test(line)
}

function leadingComments(lines: readonly string[]): string {
  const end = lines.findIndex((line) => !line.startsWith('#'))
  return lines.slice(0, end === -1 ? lines.length : end).join('\n')
}

/** The list of an instruction's exec form, `["node", "server.js"]`, or undefined when it is not one. */
export function execForm({ rest }: Instruction): readonly string[] | undefined {
  if (!rest.startsWith('[')) return undefined
  try {
    const list: unknown = JSON.parse(rest)
    return Array.isArray(list) && list.every((word) => typeof word === 'string') ? list : undefined
  } catch {
    return undefined
  }
}

/** `{ A: '1', B: 'two words' }` of `A=1 B="two words"`, or of the old `A two words`. */
export function pairs(instruction: Instruction, file: string, variables: Variables): Record<string, string> {
  const { rest, name, line } = instruction
  if (!/^[^\s=]+=/.test(rest)) {
    const old = /^(\S+)\s+([\s\S]+)$/.exec(rest)
    if (!old || name !== 'ENV')
      throw new DockerfileError(file, line, `${name} must have the form NAME=value, found ${rest}`)
    return { [old[1] as string]: expand(old[2] as string, variables) }
  }
  const found: Record<string, string> = {}
  for (const word of quotedWords(rest)) {
    const at = word.indexOf('=')
    if (at < 1) throw new DockerfileError(file, line, `${name} must have the form NAME=value, found ${word}`)
    found[expand(word.slice(0, at), variables)] = expand(word.slice(at + 1), variables)
  }
  return found
}

/** Splits at spaces that are neither quoted nor escaped; quotes and escapes stay for `expand`. */
export function quotedWords(text: string): string[] {
  return text.match(/(?:\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"|'[^']*'|[^\s"'\\])+/g) ?? []
}
