import type { Finding, Place } from '../files/finding.ts'
import { COLUMNS, wrap } from './layout.ts'
import { colours, MISSED, NOTE } from './marks.ts'

/** A finding as a screen shows it: where, what, the line itself with a caret, where to read on. */
export function findingText({ level, message, file, place, more }: Finding): string {
  const mark = level === 'error' ? colours.bad(MISSED) : colours.quiet(NOTE)
  const where = place ? `${place.file}:${place.line}:${place.column}` : (file ?? '')
  const word = level === 'note' ? 'note: ' : ''
  const head = wrap(`${mark} ${where && `${colours.strong(where)}  `}${word}${message}`, 6, COLUMNS, 2)
  return [head, ...(place ? excerpt(place) : []), ...more.map((line) => wrap(line, 6))].join('\n')
}

/** Columns that a line of the file may take: the rest is cut around the caret. */
const ROOM = COLUMNS - 13

function excerpt({ line, column, length, text, before }: Place): string[] {
  const width = Math.max(4, String(line).length)
  const gutter = (label: string | number) => colours.quiet(`    ${String(label).padStart(width)} │`)
  // a caret far to the right takes its part of the line with it
  const from = column + length > ROOM ? Math.max(0, column - Math.floor(ROOM / 2)) : 0
  const cut = (content: string) =>
    `${from > 0 ? '…' : ''}${visible(content.slice(from, from + ROOM))}${content.length > from + ROOM ? '…' : ''}`
  const offset = column - 1 - from + (from > 0 ? 1 : 0)
  const caret = '^'.repeat(Math.max(1, Math.min(length, ROOM - offset)))
  const lines = [`${gutter(line)} ${cut(text)}`, `${gutter('')} ${' '.repeat(offset)}${colours.bad(caret)}`]
  return before === undefined || before.trim() === ''
    ? lines
    : [`${gutter(line - 1)} ${colours.quiet(cut(before))}`, ...lines]
}

/** A tab takes one column here, and can be seen; control characters do not reach the terminal. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replaceAll('\t', '→').replace(/[\u0000-\u001f\u007f-\u009f]/g, '·')
}
