/** One line of the table. */
export interface Figure {
  readonly what: string
  readonly value: number
  /** `ms`, `MB`, `1/s`; what is faster or smaller is better, but for `1/s`. */
  readonly unit: string
  readonly target: number | undefined
  /** What the target is, when it is not a number of the design. */
  readonly against?: string
  readonly note?: string
}

export function isReached({ value, unit, target }: Figure): boolean {
  if (target === undefined) return true
  return unit === '1/s' ? value >= target : value <= target
}

/** The table as text; a figure that is not reached is marked and says by how much. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { what, value, unit, target, against, note } = figure
    const goal = target === undefined ? '' : `${unit === '1/s' ? '≥' : '≤'} ${show(target)} ${unit}`
    const miss = isReached(figure) ? '' : `missed by ${Math.abs(Math.round((value / (target ?? value) - 1) * 100))} %`
    const mark = target === undefined ? '–' : isReached(figure) ? '✓' : '✗'
    return [`${mark} ${what}`, `${show(value)} ${unit}`, against ? `${goal} (${against})` : goal, miss, note ?? '']
  })
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows
    .map(([what = '', value = '', goal = '', ...rest]) =>
      [
        what.padEnd(widths[0] ?? 0),
        value.padStart(widths[1] ?? 0),
        goal.padEnd(widths[2] ?? 0),
        ...rest.filter(Boolean),
      ]
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function show(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(1)
}
