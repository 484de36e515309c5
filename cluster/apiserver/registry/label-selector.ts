import type { Requirement } from '../../apimachinery/labels.ts'
import { labelValue, qualifiedName } from '../validation/names.ts'
import { badRequest } from './refusals.ts'

type Kind = 'end' | 'identifier' | ')' | '(' | ',' | '!' | '=' | '==' | '!=' | '>' | '<' | 'in' | 'notin' | 'error'

interface Token {
  readonly kind: Kind
  readonly text: string
}

const SYMBOLS: ReadonlySet<string> = new Set([')', '(', ',', '!', '=', '==', '!=', '>', '<'])
const OPERATORS: Readonly<Partial<Record<Kind, string>>> = {
  in: 'In',
  notin: 'NotIn',
  '=': 'In',
  '==': 'In',
  '!=': 'NotIn',
  '>': 'Gt',
  '<': 'Lt',
}

/** Parses `app=web,tier in (front, back),!old`. Follows apimachinery's labels.Parse; throws BadRequest in its words. */
export function parseLabelSelector(text: string): readonly Requirement[] {
  return new Parser(tokens(text)).parse()
}

function tokens(text: string): Token[] {
  const found: Token[] = []
  let at = 0
  while (at < text.length) {
    if (/[ \t\r\n]/.test(text[at] as string)) {
      at += 1
      continue
    }
    if (/[=!(),><]/.test(text[at] as string)) {
      let symbol = ''
      let next = at
      // The longest run of symbols that is one: `==`, `!=`.
      while (next < text.length && SYMBOLS.has(symbol + text[next])) symbol += text[next++]
      found.push({ kind: symbol as Kind, text: symbol })
      at = next
      continue
    }
    const word = /^[^=!(),>< \t\r\n]+/.exec(text.slice(at))?.[0] ?? ''
    found.push({ kind: word === 'in' || word === 'notin' ? word : 'identifier', text: word })
    at += word.length
  }
  return found
}

const END: Token = { kind: 'end', text: '' }

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(all: readonly Token[]) {
    this.#tokens = all
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = []
    for (;;) {
      const { kind, text } = this.#look()
      if (kind === 'end') return requirements
      if (kind !== 'identifier' && kind !== '!') {
        throw badRequest(`found '${text}', expected: !, identifier, or 'end of string'`)
      }
      requirements.push(this.#requirement())
      const after = this.#take()
      if (after.kind === 'end') return requirements
      if (after.kind !== ',') throw badRequest(`found '${after.text}', expected: ',' or 'end of string'`)
      const next = this.#look()
      if (next.kind !== 'identifier' && next.kind !== '!') {
        throw badRequest(`found '${next.text}', expected: identifier after ','`)
      }
    }
  }

  #requirement(): Requirement {
    let token = this.#take()
    const negated = token.kind === '!'
    if (negated) token = this.#take()
    if (token.kind !== 'identifier') throw unparsable(`found '${token.text}', expected: identifier`)
    const key = token.text
    const problems = qualifiedName(key)
    if (problems.length > 0) throw unparsable(`<nil>: Invalid value: ${JSON.stringify(key)}: ${problems.join('; ')}`)
    const next = this.#look().kind
    if (negated) return { key, operator: 'DoesNotExist', values: [] }
    if (next === 'end' || next === ',') return { key, operator: 'Exists', values: [] }
    const found = this.#takeOperator()
    const operator = OPERATORS[found.kind]
    if (!operator) throw unparsable(`found '${found.text}', expected: in, notin, =, ==, !=, gt, lt`)
    const set = found.kind === 'in' || found.kind === 'notin'
    const values = set ? this.#values() : [this.#value()]
    checkValues(key, operator, values)
    return { key, operator, values }
  }

  #values(): string[] {
    const open = this.#take()
    if (open.kind !== '(') throw unparsable(`found '${open.text}' expected: '('`)
    const first = this.#look()
    if (first.kind === ')') {
      this.#take()
      return []
    }
    if (first.kind !== 'identifier' && first.kind !== ',') {
      throw unparsable(`found '${first.text}', expected: ',', ')' or identifier`)
    }
    const values: string[] = []
    for (;;) {
      const token = this.#look()
      // Nothing between two commas, or beside a parenthesis, is the empty value.
      if (token.kind === 'identifier') values.push(this.#take().text)
      else values.push('')
      const after = this.#take()
      if (after.kind === ')') return [...new Set(values)].sort()
      if (after.kind !== ',') throw unparsable(`found '${after.text}', expected: ',' or ')'`)
    }
  }

  #value(): string {
    const { kind } = this.#look()
    if (kind === 'end' || kind === ',') return ''
    const token = this.#take()
    if (token.kind !== 'identifier') throw unparsable(`found '${token.text}', expected: identifier`)
    return token.text
  }

  /** `in` and `notin` are words like any other but where an operator stands. */
  #look(): Token {
    const token = this.#tokens[this.#at] ?? END
    return token.kind === 'in' || token.kind === 'notin' ? { kind: 'identifier', text: token.text } : token
  }

  #take(): Token {
    const token = this.#look()
    this.#at += 1
    return token
  }

  #takeOperator(): Token {
    return this.#tokens[this.#at++] ?? END
  }
}

function checkValues(key: string, operator: string, values: readonly string[]): void {
  for (const [index, value] of values.entries()) {
    if (operator === 'Gt' || operator === 'Lt') {
      if (/^[+-]?\d+$/.test(value)) continue
      const why = "for 'Gt', 'Lt' operators, the value must be an integer"
      throw unparsable(`values[${index}]: Invalid value: ${JSON.stringify(value)}: ${why}`)
    }
    const problems = labelValue(value)
    if (problems.length === 0) continue
    throw unparsable(`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${problems.join('; ')}`)
  }
}

function unparsable(why: string) {
  return badRequest(`unable to parse requirement: ${why}`)
}
