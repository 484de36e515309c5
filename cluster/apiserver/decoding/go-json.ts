/** JSON as Go reads it: the same values as JSON.parse, Go's words for what is wrong, and which fields come twice. */

export interface Parsed {
  readonly value?: unknown
  /** As encoding/json says it: `invalid character 'h' looking for beginning of value`. */
  readonly error?: string
}

export function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return { error: new Scanner(text).error() ?? 'unexpected end of JSON input' }
  }
}

/** Paths of fields that occur twice in the same object: `spec.containers[0].image`. The text must be good JSON. */
export function duplicateFields(text: string): readonly string[] {
  const scanner = new Scanner(text)
  scanner.error()
  return scanner.duplicates
}

class SyntaxProblem extends Error {}

const SPACE = /[ \t\r\n]*/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON refuses in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** A recursive descent that keeps the path. Nesting is limited as in Go, so that a deep text cannot end the process. */
class Scanner {
  readonly #text: string
  #at = 0
  #depth = 0
  readonly #path: string[] = []
  readonly duplicates: string[] = []

  constructor(text: string) {
    this.#text = text
  }

  error(): string | undefined {
    try {
      this.#value()
      this.#space()
      if (this.#at < this.#text.length) this.#fail('after top-level value')
      return undefined
    } catch (problem) {
      if (problem instanceof SyntaxProblem) return problem.message
      throw problem
    }
  }

  #value(): void {
    this.#space()
    const first = this.#text[this.#at]
    if (first === '{') this.#object()
    else if (first === '[') this.#array()
    else if (first === '"') this.#string()
    else if (first === 't') this.#literal('true')
    else if (first === 'f') this.#literal('false')
    else if (first === 'n') this.#literal('null')
    else if (first === '-' || (first !== undefined && first >= '0' && first <= '9')) this.#number()
    else this.#fail('looking for beginning of value')
  }

  #object(): void {
    this.#enter()
    const keys = new Set<string>()
    this.#space()
    let more = this.#text[this.#at] !== '}'
    while (more) {
      this.#space()
      if (this.#text[this.#at] !== '"') {
        this.#fail('looking for beginning of object key string')
      }
      const key = this.#string()
      this.#path.push(this.#path.length === 0 ? key : `.${key}`)
      if (keys.has(key)) {
        const path = this.#path.join('')
        if (!this.duplicates.includes(path)) this.duplicates.push(path)
      }
      keys.add(key)
      this.#space()
      if (this.#text[this.#at] !== ':') this.#fail('after object key')
      this.#at += 1
      this.#value()
      this.#path.pop()
      this.#space()
      const next = this.#text[this.#at]
      more = next !== '}'
      if (!more) continue
      if (next !== ',') this.#fail('after object key:value pair')
      this.#at += 1
    }
    this.#leave()
  }

  #array(): void {
    this.#enter()
    this.#space()
    let more = this.#text[this.#at] !== ']'
    for (let index = 0; more; index++) {
      this.#path.push(`[${index}]`)
      this.#value()
      this.#path.pop()
      this.#space()
      const next = this.#text[this.#at]
      more = next !== ']'
      if (!more) continue
      if (next !== ',') this.#fail('after array element')
      this.#at += 1
    }
    this.#leave()
  }

  #string(): string {
    STRING.lastIndex = this.#at
    const found = STRING.exec(this.#text)
    if (found) {
      this.#at = STRING.lastIndex
      const inner = found[0].slice(1, -1)
      return inner.includes('\\') ? (JSON.parse(found[0]) as string) : inner
    }
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const character = this.#text[at] as string
      if (character < ' ') this.#failAt(at, 'in string literal')
      if (character !== '\\') continue
      at += 1
      if (at < this.#text.length && !'"\\/bfnrtu'.includes(this.#text[at] as string))
        this.#failAt(at, 'in string escape code')
    }
    throw new SyntaxProblem('unexpected end of JSON input')
  }

  #number(): void {
    NUMBER.lastIndex = this.#at
    const found = NUMBER.exec(this.#text)
    if (!found) {
      this.#at += 1
      this.#fail('in numeric literal')
    }
    this.#at = NUMBER.lastIndex
  }

  #literal(word: string): void {
    for (let index = 1; index < word.length; index++) {
      if (this.#text[this.#at + index] === word[index]) continue
      this.#failAt(this.#at + index, `in literal ${word} (expecting ${quoted(word[index] as string)})`)
    }
    this.#at += word.length
  }

  #space(): void {
    SPACE.lastIndex = this.#at
    SPACE.exec(this.#text)
    this.#at = SPACE.lastIndex
  }

  #enter(): void {
    this.#at += 1
    this.#depth += 1
    if (this.#depth > 10_000) throw new SyntaxProblem('exceeded max depth')
  }

  #leave(): void {
    this.#at += 1
    this.#depth -= 1
  }

  #fail(why: string): never {
    return this.#failAt(this.#at, why)
  }

  #failAt(at: number, why: string): never {
    const character = this.#text[at]
    if (character === undefined) throw new SyntaxProblem('unexpected end of JSON input')
    throw new SyntaxProblem(`invalid character ${quoted(character)} ${why}`)
  }
}

/** As encoding/json's quoteChar. */
function quoted(character: string): string {
  if (character === "'") return `'\\''`
  if (character === '"') return `'"'`
  return `'${JSON.stringify(character).slice(1, -1)}'`
}
