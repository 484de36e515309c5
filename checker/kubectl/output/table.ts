import { alignTabs } from './tab-writer.ts'

/** A table as the API server forms it. */
export interface Table {
  readonly kind: string
  readonly columnDefinitions: readonly Column[] | null
  readonly rows: readonly Row[] | null
  readonly metadata?: { readonly resourceVersion?: string }
}

export interface Column {
  readonly name: string
  readonly type: string
  readonly priority?: number
}

export interface Row {
  readonly cells: readonly unknown[]
  readonly object?: {
    readonly metadata?: {
      readonly name?: string
      readonly namespace?: string
      readonly labels?: Readonly<Record<string, string>>
      readonly resourceVersion?: string
    }
  }
}

export interface TableLook {
  readonly wide: boolean
  readonly headers: boolean
  readonly namespaces: boolean
  readonly labels: boolean
  /** Labels with columns of their own. */
  readonly labelColumns: readonly string[]
  /** `deployment.apps/` before each name. */
  readonly prefix: string
}

/** The lines of a table, tab-separated, not yet aligned. */
export function tableLines(columns: readonly Column[], rows: readonly Row[], look: TableLook): string[] {
  const shown = columns.flatMap((column, index) => (column.priority && !look.wide ? [] : [index]))
  const named = columns.findIndex(({ name, type }) => name === 'Name' && type === 'string')
  const lines = rows.map(({ cells, object }) => {
    const texts = shown.map((index) => `${index === named ? look.prefix : ''}${cellText(cells[index])}`)
    const labels = object?.metadata?.labels ?? {}
    if (look.namespaces) texts.unshift(object?.metadata?.namespace ?? '')
    for (const label of look.labelColumns) texts.push(labels[label] ?? '')
    if (look.labels) texts.push(labelText(labels))
    return texts.join('\t')
  })
  if (!look.headers) return lines
  const heads = shown.map((index) => (columns[index] as Column).name.toUpperCase())
  if (look.namespaces) heads.unshift('NAMESPACE')
  for (const label of look.labelColumns) heads.push((label.split('/').at(-1) ?? label).toUpperCase())
  if (look.labels) heads.push('LABELS')
  return [heads.join('\t'), ...lines]
}

/** Aligned as `kubectl get` does: columns at least 6 wide, 3 apart. */
export function alignTable(lines: readonly string[]): string {
  return alignTabs(`${lines.join('\n')}\n`, { minWidth: 6, padding: 3 })
}

export function labelText(labels: Readonly<Record<string, string>>): string {
  const texts = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`)
  return texts.length > 0 ? texts.join(',') : '<none>'
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '<none>'
  const text = typeof cell === 'string' ? cell : String(cell)
  // Only the first line: a cell of several would break the table.
  const end = text.search(/[\f\n\r]/)
  return end < 0 ? text : `${text.slice(0, end)}...`
}
