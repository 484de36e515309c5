import type { YAMLError } from 'yaml'
import { finding } from '../messages/catalogue.ts'
import type { Finding } from './finding.ts'
import type { SourceFile } from './source-file.ts'

/** The parser's error in the words of someone who looks at the file, and at the place where the mistake is. */
export function syntaxFinding(source: SourceFile, errors: readonly YAMLError[]): Finding {
  const [first] = errors
  if (!first) throw new RangeError('no error to report')
  const [start, end] = first.pos
  const place = source.placeAt(start, end)
  switch (first.code) {
    case 'TAB_AS_INDENT':
      return finding('yaml-tab', {}, { place })
    case 'BLOCK_AS_IMPLICIT_KEY': {
      const deeper = deeperLine(source, place.line, errors)
      if (deeper === undefined) return finding('yaml-colon', {}, { place })
      return finding(
        'yaml-indent',
        { detail: `line ${place.line} has a value already` },
        { place: textOf(source, deeper) },
      )
    }
    case 'MULTILINE_IMPLICIT_KEY': {
      const line = source.line(place.line)
      if (/^\s*[^\s:#]+:\S/.test(line))
        return finding('yaml-syntax', { detail: 'a space must follow the colon of a key' }, { place })
      return finding('yaml-syntax', { detail: 'this line has no ": " after its key' }, { place })
    }
    case 'BAD_INDENT':
      if (/Flow/.test(first.message)) return finding('yaml-bracket', { detail: opening(first.message) }, { place })
      return finding(
        'yaml-indent',
        { detail: 'keys of one map start in one column' },
        { place: textOf(source, place.line) },
      )
    case 'MISSING_CHAR':
      if (/quote/.test(first.message)) return finding('yaml-quote', {}, { place: openQuote(source, start) })
      if (/Sequence item/.test(first.message))
        return finding(
          'yaml-indent',
          { detail: 'items of one list start in one column' },
          { place: textOf(source, place.line) },
        )
      if (/map keys/.test(first.message))
        return finding('yaml-syntax', { detail: 'this line has no ": " after its key' }, { place })
      return finding('yaml-bracket', { detail: opening(first.message) }, { place })
    case 'BAD_SCALAR_START':
      return finding('yaml-start', {}, { place })
    case 'UNEXPECTED_TOKEN':
      if (/flow-(seq|map)-end/.test(first.message))
        return finding('yaml-bracket', { detail: 'there is one too many' }, { place })
      if (/at node end/.test(first.message))
        return finding('yaml-syntax', { detail: 'this does not belong to what stands before it' }, { place })
      return finding('yaml-syntax', { detail: lower(first.message) }, { place })
    case 'RESOURCE_EXHAUSTION':
      return finding('yaml-depth', { limit: MAX_DEPTH }, { place })
    default:
      return finding('yaml-syntax', { detail: lower(first.message) }, { place })
  }
}

/** Deeper than any manifest, less than what a parser's stack takes. */
export const MAX_DEPTH = 500

/** The line below a finished `key: value` that is indented as if it belonged to it. */
function deeperLine(source: SourceFile, line: number, errors: readonly YAMLError[]): number | undefined {
  if (!errors.some(({ code }) => code === 'MULTILINE_IMPLICIT_KEY')) return undefined
  for (let next = line + 1; next <= source.lines; next++) if (source.line(next).trim() !== '') return next
  return undefined
}

/** The text of a line, without its indentation. */
function textOf(source: SourceFile, line: number) {
  const text = source.line(line)
  let offset = 0
  for (let number = 1; number < line; number++) offset = source.text.indexOf('\n', offset) + 1
  const indent = text.length - text.trimStart().length
  return source.placeAt(offset + indent, offset + Math.max(indent + 1, text.trimEnd().length))
}

/** The last quote that opens before this offset: where the mistake is, not where the file ends. */
function openQuote(source: SourceFile, offset: number) {
  const before = source.text.slice(0, offset)
  const at = Math.max(
    before.lastIndexOf(': "'),
    before.lastIndexOf(": '"),
    before.lastIndexOf('- "'),
    before.lastIndexOf("- '"),
  )
  return source.placeAt(at < 0 ? Math.max(0, offset - 1) : at + 2)
}

function opening(message: string): string {
  return /sequence|seq|\]/.test(message) ? '"[" wants a "]"' : '"{" wants a "}"'
}

function lower(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1)
}
