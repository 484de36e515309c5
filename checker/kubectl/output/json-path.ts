import { JSONPath } from 'jsonpath-plus'
import { goJson } from '../../files/go-json.ts'
import { CommandError } from '../errors.ts'

/** Stands for an escaped dot while a path is translated. */
const DOT = '\uE000'

type Part =
  | { readonly text: string }
  | { readonly path: string }
  | { readonly range: string; readonly body: readonly Part[] }

/** Fills a kubectl JSONPath template: text, `{.a.b}`, `{"\n"}`, `{range .items[*]}…{end}`. What is missing prints nothing. */
export function renderTemplate(template: string, data: unknown): string {
  return render(parseTemplate(template), data)
}

/** All that a path such as `.spec.containers[*].image` (braces may be left out) finds in the data. */
export function queryPath(path: string, data: unknown): unknown[] {
  const bare = path.startsWith('{') && path.endsWith('}') ? path.slice(1, -1) : path
  return find(bare.startsWith('.') || bare.startsWith('[') || bare.startsWith('@') ? bare : `.${bare}`, data)
}

/** A value as it is printed: text as it is, everything else as JSON. */
export function printable(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null || value === undefined ? '' : goJson(value)
}

function render(parts: readonly Part[], data: unknown): string {
  return parts
    .map((part) => {
      if ('text' in part) return part.text
      if ('range' in part)
        return find(part.range, data)
          .map((item) => render(part.body, item))
          .join('')
      return find(part.path, data).map(printable).join(' ')
    })
    .join('')
}

function parseTemplate(template: string): readonly Part[] {
  const root: Part[] = []
  const open: Part[][] = [root]
  const add = (part: Part) => open.at(-1)?.push(part)
  let at = 0
  while (at < template.length) {
    const start = template.indexOf('{', at)
    if (start < 0) {
      add({ text: template.slice(at) })
      break
    }
    if (start > at) add({ text: template.slice(at, start) })
    const end = closing(template, start)
    const inner = template.slice(start + 1, end).trim()
    at = end + 1
    if (inner === 'end') {
      if (open.length === 1) throw new CommandError(`error parsing jsonpath ${template}, not in range, nothing to end`)
      open.pop()
    } else if (/^range\s/.test(inner)) {
      const body: Part[] = []
      add({ range: inner.slice(5).trim(), body })
      open.push(body)
    } else {
      for (const piece of inner.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?:\[[^\]]*\]|[^\s"'])+/g) ?? []) {
        add(/^["']/.test(piece) ? { text: unquote(piece) } : { path: piece })
      }
    }
  }
  if (open.length > 1) throw new CommandError(`error parsing jsonpath ${template}, unclosed action`)
  return root
}

/** The index of the brace that ends an action, quoted braces aside. */
function closing(template: string, start: number): number {
  let quote = ''
  for (let at = start + 1; at < template.length; at++) {
    const sign = template[at] as string
    if (sign === '\\') at += 1
    else if (quote) quote = sign === quote ? '' : quote
    else if (sign === '"' || sign === "'") quote = sign
    else if (sign === '}') return at
  }
  throw new CommandError(`error parsing jsonpath ${template}, unclosed action`)
}

function unquote(text: string): string {
  const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r' }
  return text.slice(1, -1).replace(/\\(.)/g, (_, sign: string) => escapes[sign] ?? sign)
}

function find(path: string, data: unknown): unknown[] {
  const bare = path.replace(/^[$@]/, '')
  if (bare === '' || bare === '.') return [data]
  const [from, to] = [bare.slice(0, 1), bare.slice(1)]
  const rooted = from === '.' || from === '[' ? bare : `.${from}${to}`
  const translated = rooted
    .replace(/\\(.)/g, (_, sign: string) => (sign === '.' ? DOT : sign))
    .replace(
      /\.([A-Za-z0-9_/\uE000-]*[/\uE000-][A-Za-z0-9_/\uE000-]*)(?=\.|\[|$)/g,
      (_, field: string) => `['${field}']`,
    )
    .replaceAll(DOT, '.')
  try {
    const found = JSONPath({ path: `$${translated}`, json: data as object, wrap: true, eval: 'safe' }) as
      | unknown[]
      | undefined
    return found ?? []
  } catch (error) {
    throw new CommandError(`error parsing jsonpath {${path}}, ${(error as Error).message}`)
  }
}
