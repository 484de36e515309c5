import { Document, Scalar, visit } from 'yaml'
import { goJson, sorted } from '../../files/go-json.ts'
import { resolveScalar } from '../../files/scalar.ts'
import type { KubeObject } from '../objects.ts'

/** Columns after which a long text goes on in the next line. */
const WIDTH = 80

/** YAML as kubectl prints it: keys in order, lists not indented, long texts folded where go-yaml does. */
export function toYaml(value: unknown): string {
  const document = new Document(sorted(value), { version: '1.1', aliasDuplicateObjects: false })
  visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string' && mistakable(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE
    },
  })
  const text = document.toString({ indentSeq: false, lineWidth: 0, singleQuote: true })
  /** Deeper lines belong to a block of literal text, and stay as they are. */
  let block: number | undefined
  return text
    .split('\n')
    .map((line) => {
      const indent = line.search(/[^ ]/)
      if (block !== undefined && (indent > block || indent < 0)) return line
      block = /^ *(?:- )*(?:[^ ].*: |- )?[|>][-+0-9]*$/.test(line)
        ? line.search(/[^ -]/) - (/^ *- [|>]/.test(line) ? 1 : 0)
        : undefined
      return line.length > WIDTH ? fold(line) : line
    })
    .join('\n')
}

/** Text that would be read as a number, a boolean, nothing or a time, if it had no quotes: go-yaml gives it double ones. */
function mistakable(text: string): boolean {
  return (
    resolveScalar(text) !== text ||
    /^\d{4}-\d\d?-\d\d?/.test(text) ||
    /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?$/.test(text)
  )
}

/** Breaks a line at the first single space after the 80th column, again and again. Follows go-yaml's emitter. */
function fold(line: string): string {
  const [, dashes = '', key = ''] = /^( *(?:- )*)((?:"[^"]*"|[^ "'][^ ]*): )?/.exec(line) ?? []
  const margin = ' '.repeat(dashes.length + (key ? 2 : 0))
  const start = dashes.length + key.length
  const quoted = line[start] === '"'
  let folded = line.slice(0, start)
  let column = start
  for (let at = start; at < line.length; at++) {
    const breaks =
      line[at] === ' ' && column > WIDTH && line[at - 1] !== ' ' && line[at + 1] !== ' ' && at < line.length - 1
    if (!breaks || quoted) {
      folded += line[at]
      column += 1
    } else {
      folded += `\n${margin}`
      column = margin.length
    }
  }
  return folded
}

/** JSON as kubectl prints it. */
export function toJson(value: unknown): string {
  return `${goJson(value, 4)}\n`
}

/** Without managedFields, which few want to read. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  if (!object.metadata?.managedFields) return object
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata: metadata as KubeObject['metadata'] }
}
