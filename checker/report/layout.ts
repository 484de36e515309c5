/** Text in 80 columns: wrapped, indented, with what was measured at the right. */
import stringWidth from './string-width.ts'

export const COLUMNS = 80

/** Left and right text on one line; the right one goes below, indented, when there is no room. */
export function leftAndRight(left: string, right: string, columns = COLUMNS): string {
  if (right === '') return left
  const room = columns - stringWidth(left) - stringWidth(right)
  if (room >= 2) return `${left}${' '.repeat(room)}${right}`
  return `${left}\n${wrap(right, 6, columns)}`
}

/** Breaks at spaces; every line is indented by `indent`, the first one by `first`. Words are never cut. */
export function wrap(text: string, indent: number, columns = COLUMNS, first = indent): string {
  return text
    .split('\n')
    .map((paragraph, index) => wrapParagraph(paragraph, indent, columns, index === 0 ? first : indent))
    .join('\n')
}

function wrapParagraph(text: string, indent: number, columns: number, first: number): string {
  const lines: string[] = []
  let line = ' '.repeat(first)
  let empty = true
  for (const word of text.split(' ')) {
    if (!empty && stringWidth(line) + 1 + stringWidth(word) > columns) {
      lines.push(line)
      line = ' '.repeat(indent)
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  lines.push(line)
  return lines.map((each) => each.trimEnd()).join('\n')
}
