import { CommandError } from './errors.ts'

/** A flag as pflag knows it. `bare`: the value when none is given (`--dry-run` alone); such a flag takes its value only after `=`. */
export interface Flag {
  readonly name: string
  readonly short?: string
  readonly type: 'text' | 'on' | 'list' | 'number' | 'duration'
  readonly bare?: string
  /** Words for --help; `VALUE` style names stand for what it takes. */
  readonly help?: string
}

/** What was typed: flags by name, and everything else in order. */
export class Arguments {
  readonly words: string[] = []
  /** What stood after `--`. */
  readonly rest: string[] = []
  readonly #values = new Map<string, string[]>()

  set(flag: Flag, value: string): void {
    const values = flag.type === 'list' ? [...(this.#values.get(flag.name) ?? []), value] : [value]
    this.#values.set(flag.name, values)
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** The text of a flag, or undefined. */
  text(name: string): string | undefined {
    return this.#values.get(name)?.[0]
  }

  list(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }

  on(name: string, otherwise = false): boolean {
    const text = this.text(name)
    return text === undefined ? otherwise : text === 'true'
  }

  number(name: string): number | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : Number(text)
  }

  /** Milliseconds. */
  duration(name: string): number | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : parseDuration(text)
  }
}

/** Reads a Go duration (`1m30s`, `500ms`) or a bare number of seconds; milliseconds, or undefined when it is neither. */
export function parseDuration(text: string): number | undefined {
  if (/^-?\d+$/.test(text)) return Number(text) * 1000
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit as string] as number), 0)
}

/** Takes flags and words as they come; `flagsFor` says which flags hold, given the words so far. */
export function parseArguments(
  argv: readonly string[],
  flagsFor: (words: readonly string[]) => readonly Flag[],
): Arguments {
  const result = new Arguments()
  const queue = [...argv]
  const usage = () => (result.words.length > 0 ? ` ${result.words[0]}` : '')
  const see = () => `\nSee 'kubectl${usage()} --help' for usage.`

  const assign = (flag: Flag, shown: string, value: string | undefined) => {
    let text = value
    if (text === undefined) {
      if (flag.type === 'on') text = 'true'
      else if (flag.bare !== undefined) text = flag.bare
      else text = queue.shift()
    }
    if (text === undefined) throw new CommandError(`flag needs an argument: ${shown}${see()}`)
    const good =
      flag.type === 'number'
        ? /^-?\d+$/.test(text)
        : flag.type === 'duration'
          ? parseDuration(text) !== undefined
          : flag.type !== 'on' || /^(true|false)$/.test(text)
    if (!good) {
      const spelled = `${flag.short ? `-${flag.short}, ` : ''}--${flag.name}`
      throw new CommandError(`invalid argument ${JSON.stringify(text)} for ${JSON.stringify(spelled)} flag${see()}`)
    }
    result.set(flag, text)
  }

  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    const flags = flagsFor(result.words)
    if (word === '--') {
      result.rest.push(...queue.splice(0))
    } else if (word.startsWith('--')) {
      const equals = word.indexOf('=')
      const name = word.slice(2, equals < 0 ? undefined : equals)
      const flag = flags.find((candidate) => candidate.name === name)
      if (!flag) throw new CommandError(`unknown flag: --${name}${see()}`)
      assign(flag, `--${name}`, equals < 0 ? undefined : word.slice(equals + 1))
    } else if (word.startsWith('-') && word.length > 1) {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at] as string
        const flag = flags.find((candidate) => candidate.short === letter)
        if (!flag) throw new CommandError(`unknown shorthand flag: '${letter}' in ${word}${see()}`)
        const left = word.slice(at + 1)
        if (left.startsWith('=')) assign(flag, `'${letter}' in ${word}`, left.slice(1))
        else if (left && flag.type !== 'on' && flag.bare === undefined) assign(flag, letter, left)
        else {
          assign(flag, `'${letter}' in ${word}`, undefined)
          continue
        }
        break
      }
    } else result.words.push(word)
  }
  return result
}
