import { isNotFound } from '../../../cluster/apimachinery/errors.ts'
import {
  allNamespaces,
  type Command,
  fieldSelector,
  filename,
  ignoreNotFound,
  output,
  recursive,
  selector,
} from '../command.ts'
import { CommandError, eachOf, throwAll } from '../errors.ts'
import { printable, queryPath } from '../output/json-path.ts'
import { objectPrinter, type Printed } from '../output/object-printer.ts'
import { alignTable, type Table, type TableLook, tableLines } from '../output/table.ts'
import { display, pathOf } from '../resource.ts'
import { ACCEPT_TABLE } from '../server.ts'
import type { Session } from '../session.ts'
import { fetchTarget, type Target, targetsOf } from '../targets.ts'
import { watchTarget } from './watch.ts'

export const get: Command = {
  name: 'get',
  summary: 'Display one or many resources',
  usage: 'get TYPE [NAME…] | TYPE/NAME… | -f FILE',
  flags: [
    output,
    selector,
    fieldSelector,
    allNamespaces,
    filename,
    recursive,
    ignoreNotFound,
    { name: 'watch', short: 'w', type: 'on', help: 'then show each change' },
    { name: 'watch-only', type: 'on', help: 'show only changes' },
    { name: 'output-watch-events', type: 'on', help: 'say what kind of change it was' },
    { name: 'show-labels', type: 'on', help: 'a column with all labels' },
    { name: 'label-columns', short: 'L', type: 'list', help: 'a column for this label' },
    { name: 'show-kind', type: 'on', help: 'the kind before each name' },
    { name: 'show-managed-fields', type: 'on' },
    { name: 'no-headers', type: 'on', help: 'rows alone' },
    { name: 'sort-by', type: 'text', help: 'a path: .metadata.name' },
    { name: 'chunk-size', type: 'number' },
    { name: 'raw', type: 'text', help: 'a path of the API, its answer as it is' },
  ],
  async run(session) {
    const { flags, words, io } = session
    const raw = flags.text('raw')
    if (raw !== undefined) return io.stdout(await session.server.text(raw))
    const printer = objectPrinter(flags.text('output'), {
      managedFields: flags.on('show-managed-fields'),
      headers: !flags.on('no-headers'),
    })
    if (words.length === 0 && !flags.has('filename')) {
      session.note(
        'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n',
      )
      throw new CommandError(
        'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee \'kubectl get -h\' for help and examples',
      )
    }
    const targets = await targetsOf(session, words)
    if (flags.on('watch') || flags.on('watch-only')) {
      const [only, ...more] = targets
      if (!only || more.length > 0) throw new CommandError('you may only specify a single resource type')
      return await watchTarget(session, only, printer, look(session, [only], only))
    }
    if (printer) await printObjects(session, targets, (found, list) => io.stdout(printer(found, list)))
    else await printTables(session, targets)
  },
}

async function printObjects(
  session: Session,
  targets: readonly Target[],
  print: (found: readonly Printed[], list: boolean) => void,
): Promise<void> {
  const found: Printed[] = []
  const errors: unknown[] = []
  for (const target of targets) {
    try {
      found.push(...(await fetchTarget(session, target)))
    } catch (error) {
      if (!(isNotFound(error) && target.name !== undefined && session.flags.on('ignore-not-found'))) errors.push(error)
    }
  }
  const by = session.flags.text('sort-by')
  if (by) found.sort((a, b) => compare(queryPath(by, a.object)[0], queryPath(by, b.object)[0]))
  const list = targets.length > 1 || targets[0]?.name === undefined
  if (found.length > 0 || (list && errors.length === 0)) print(found, list)
  throwAll(errors)
}

async function printTables(session: Session, targets: readonly Target[]): Promise<void> {
  const { flags } = session
  const by = flags.text('sort-by')
  let printed = 0
  /** Rows of the resource before, when the names come one by one: one table for all. */
  let open: { resource: Target['resource']; lines: string[] } | undefined
  const flush = () => {
    if (!open) return
    if (printed > 0) session.io.stdout('\n')
    session.io.stdout(alignTable(open.lines))
    printed += 1
    open = undefined
  }
  await eachOf(targets, async (target) => {
    const table = await fetchTable(session, target, by !== undefined)
    const rows = [...(table?.rows ?? [])]
    if (!table || rows.length === 0) return
    if (by) rows.sort((a, b) => compare(queryPath(by, a.object)[0], queryPath(by, b.object)[0]))
    const joined = open?.resource === target.resource
    if (!joined) flush()
    const shape = look(session, targets, target)
    const lines = tableLines(table.columnDefinitions ?? [], rows, joined ? { ...shape, headers: false } : shape)
    if (open) open.lines.push(...lines)
    else open = { resource: target.resource, lines }
  }).finally(flush)
  const named = targets.some(({ name }) => name !== undefined)
  if (printed === 0 && !named && !flags.on('ignore-not-found')) {
    const namespaced = targets.some(({ resource }) => resource.namespaced)
    const where = namespaced && !flags.on('all-namespaces') ? ` in ${session.namespace} namespace.` : ''
    session.note(`No resources found${where}`)
  }
}

async function fetchTable(
  session: Session,
  { resource, namespace, name, query }: Target,
  whole: boolean,
): Promise<Table | undefined> {
  try {
    return await session.server.json<Table>(pathOf(resource, { namespace, ...(name !== undefined && { name }) }), {
      accept: ACCEPT_TABLE,
      query: { ...query, ...(whole && { includeObject: 'Object' }) },
    })
  } catch (error) {
    if (isNotFound(error) && name !== undefined && session.flags.on('ignore-not-found')) return undefined
    throw error
  }
}

function look({ flags, scope }: Session, targets: readonly Target[], { resource }: Target): TableLook {
  const kinds = new Set(targets.map((target) => target.resource)).size
  const prefix = kinds > 1 || flags.on('show-kind') ? display(resource, '') : ''
  return {
    wide: flags.text('output') === 'wide',
    headers: !flags.on('no-headers'),
    namespaces: scope === undefined && resource.namespaced,
    labels: flags.on('show-labels'),
    labelColumns: flags.list('label-columns').flatMap((names) => names.split(',')),
    prefix,
  }
}

/** Numbers by size, everything else as text; what is missing comes first. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [printable(a), printable(b)]
  return left < right ? -1 : left > right ? 1 : 0
}
