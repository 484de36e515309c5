import { failure } from '../../../cluster/apimachinery/errors.ts'
import { isObject, type KubeList, type KubeObject } from '../objects.ts'
import type { ObjectPrinter } from '../output/object-printer.ts'
import { type Column, type Table, type TableLook, tableLines } from '../output/table.ts'
import { pathOf } from '../resource.ts'
import { ACCEPT_TABLE } from '../server.ts'
import type { Session } from '../session.ts'
import type { Target } from '../targets.ts'

interface Event {
  readonly type: string
  readonly object: unknown
}

/** Shows what is there, then each change as it comes, until Ctrl-C. */
export async function watchTarget(
  session: Session,
  target: Target,
  printer: ObjectPrinter | undefined,
  look: TableLook,
): Promise<void> {
  const { resource, namespace, name, query } = target
  const path = pathOf(resource, { namespace })
  const call = {
    query: { ...query, ...(name !== undefined && { fieldSelector: `metadata.name=${name}` }) },
    accept: printer ? 'application/json' : ACCEPT_TABLE,
  }
  const show = printer ? objectsTo(session, target, printer) : rowsTo(session, look)
  const first = await session.server.json<Table & KubeList>(path, call)
  if (name !== undefined && (first.items ?? first.rows ?? []).length === 0) {
    await session.server.json(pathOf(resource, { namespace, name }))
  }
  if (!session.flags.on('watch-only')) show.list(first)
  const more = { ...call.query, watch: true, resourceVersion: first.metadata?.resourceVersion }
  for await (const event of session.server.lines<Event>(path, { ...call, query: more, signal: session.io.signal })) {
    if (event.type === 'ERROR')
      throw failure(410, String((event.object as KubeObject).reason), String((event.object as KubeObject).message))
    if (event.type !== 'BOOKMARK') show.event(event)
  }
}

/** Rows are aligned with those before: a column never gets narrower. */
function rowsTo(session: Session, look: TableLook) {
  const typed = session.flags.on('output-watch-events')
  let columns: readonly Column[] = []
  let widths: number[] = []
  const print = (table: Table, type: string) => {
    if (table.columnDefinitions?.length) columns = table.columnDefinitions
    const heads = look.headers && widths.length === 0
    const lines = tableLines(columns, table.rows ?? [], { ...look, headers: heads })
    if (lines.length === 0 || (heads && lines.length === 1)) return
    const marked = typed ? lines.map((line, index) => `${heads && index === 0 ? 'EVENT' : type}\t${line}`) : lines
    const cells = marked.map((line) => line.split('\t'))
    widths = (cells[0] ?? []).map((_, at) =>
      Math.max(widths[at] ?? 6, ...cells.map((row) => (row[at] ?? '').length + 3)),
    )
    const text = cells.map((row) =>
      row.map((cell, at) => (at < row.length - 1 ? cell.padEnd(widths[at] ?? 0) : cell)).join(''),
    )
    session.io.stdout(`${text.join('\n')}\n`)
  }
  return {
    list: (table: Table) => print(table, 'ADDED'),
    event: ({ type, object }: Event) => print(object as Table, type),
  }
}

function objectsTo(session: Session, { resource, name }: Target, printer: ObjectPrinter) {
  const separate = /^ya?ml/.test(session.flags.text('output') ?? '') ? '---\n' : ''
  let shown = 0
  const print = (object: KubeObject) => {
    if (shown > 0) session.io.stdout(separate)
    session.io.stdout(printer([{ resource, object }], false))
    shown += 1
  }
  return {
    list(list: KubeList & { apiVersion?: string }) {
      const kind = list.kind.replace(/List$/, '')
      for (const item of list.items ?? []) print({ ...item, apiVersion: list.apiVersion ?? '', kind })
    },
    event({ object }: Event) {
      if (isObject(object) && (name === undefined || (object as KubeObject).metadata.name === name))
        print(object as KubeObject)
    },
  }
}
