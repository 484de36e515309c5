import Table from 'cli-table3'
import stringWidth from './string-width.ts'

/** What a column needs beside its text: a space on each side. The line that follows it comes on top. */
const PADDING = 2

/** A table no wider than `columns`, unless a single word is: the widest columns give way, and their texts are wrapped at spaces. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[], columns: number): string {
  const texts = head.map((_, at) => [head, ...rows].map((cells) => cells[at] ?? ''))
  const widest = (of: readonly string[]) => PADDING + Math.max(...of.map((text) => stringWidth(text)))
  const least = texts.map((column) => widest(column.flatMap((text) => text.split(' '))))
  const widths = texts.map(widest)
  for (let over = sum(widths) + widths.length + 1 - columns; over > 0; over--) {
    const room = widths.map((width, at) => (width > (least[at] ?? 0) ? width : 0))
    const gives = room.indexOf(Math.max(...room))
    if (room[gives] === 0) break
    widths[gives] = (widths[gives] ?? 0) - 1
  }
  const table = new Table({ head: [...head], colWidths: widths, wordWrap: true, style: { head: ['bold'] } })
  table.push(...rows.map((cells) => [...cells]))
  return table.toString()
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
