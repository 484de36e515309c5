/**
 * Lines up cells that end with a tab, as Go's text/tabwriter does: a column is a run of neighbouring lines that have that
 * cell; what follows a line's last tab belongs to no column.
 */
export function alignTabs(text: string, { minWidth = 0, padding = 2 } = {}): string {
  const lines = text.split('\n').map((line) => line.split('\t'))
  const widths: number[][] = lines.map(() => [])
  for (let start = 0; start < lines.length; start++) {
    const cells = lines[start] as string[]
    for (let column = 0; column < cells.length - 1; column++) {
      if (widths[start]?.[column] !== undefined) continue
      let end = start
      let width = minWidth
      while (end < lines.length && (lines[end] as string[]).length - 1 > column) {
        width = Math.max(width, [...((lines[end] as string[])[column] as string)].length + padding)
        end += 1
      }
      for (let line = start; line < end; line++) (widths[line] as number[])[column] = width
    }
  }
  return lines.map((cells, line) => cells.map((cell, column) => pad(cell, widths[line]?.[column])).join('')).join('\n')
}

function pad(cell: string, width: number | undefined): string {
  return width === undefined ? cell : cell + ' '.repeat(Math.max(0, width - [...cell].length))
}
