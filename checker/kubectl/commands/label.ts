import { printChange } from '../changed.ts'
import {
  all,
  allNamespaces,
  type Command,
  dryRun,
  fieldManager,
  fieldSelector,
  filename,
  output,
  recursive,
  selector,
} from '../command.ts'
import { dryRunOf } from '../dry-run.ts'
import { CommandError, eachOf } from '../errors.ts'
import type { KubeObject } from '../objects.ts'
import { pathOf } from '../resource.ts'
import type { Session } from '../session.ts'
import { fetchAll } from '../targets.ts'

const flags = [
  selector,
  fieldSelector,
  allNamespaces,
  all,
  filename,
  recursive,
  output,
  dryRun,
  fieldManager,
  { name: 'overwrite', type: 'on', help: 'also where it has another value' },
  { name: 'list', type: 'on', help: 'show them all afterwards' },
  { name: 'resource-version', type: 'text' },
] as const

export const label: Command = {
  name: 'label',
  summary: 'Update the labels on a resource',
  usage: 'label TYPE/NAME KEY=VALUE… KEY-…',
  flags,
  run: (session) => change(session, 'labels', 'label'),
}

export const annotate: Command = {
  name: 'annotate',
  summary: 'Update the annotations on a resource',
  usage: 'annotate TYPE/NAME KEY=VALUE… KEY-…',
  flags,
  run: (session) => change(session, 'annotations', 'annotation'),
}

async function change(session: Session, field: 'labels' | 'annotations', word: string): Promise<void> {
  const first = session.words.findIndex((text, index) => index > 0 && isPair(text))
  const pairs = first < 0 ? [] : session.words.slice(first)
  const listing = session.flags.on('list')
  if (pairs.length === 0 && !listing) throw new CommandError(`at least one ${word} update is required`)
  const set = new Map<string, string>()
  const removed: string[] = []
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    if (equals > 0) set.set(pair.slice(0, equals), pair.slice(equals + 1))
    else if (pair.endsWith('-')) removed.push(pair.slice(0, -1))
    else throw new CommandError(`unexpected args: [${pair}]`)
  }
  for (const key of removed)
    if (set.has(key)) throw new CommandError(`can not both modify and remove a ${word} in the same command`)
  const found = await fetchAll(session, first < 0 ? session.words : session.words.slice(0, first))
  const dry = dryRunOf(session)
  await eachOf(found, async ({ resource, namespace, name, object }) => {
    const now = object.metadata[field] ?? {}
    if (!session.flags.on('overwrite')) {
      const taken = [...set].filter(([key, value]) => now[key] !== undefined && now[key] !== value)
      if (taken.length > 0) {
        throw new CommandError(
          taken
            .map(([key]) =>
              word === 'label'
                ? `'${key}' already has a value (${now[key]}), and --overwrite is false`
                : `--overwrite is false but found the following declared annotation(s): '${key}' already has a value (${now[key]})`,
            )
            .join('; '),
        )
      }
    }
    for (const key of removed) if (now[key] === undefined) session.print(`${word} "${key}" not found.`)
    const dropped = removed.filter((key) => now[key] !== undefined)
    const changes = Object.fromEntries([
      ...[...set].filter(([key, value]) => now[key] !== value),
      ...dropped.map((key) => [key, null] as const),
    ])
    const verb =
      Object.keys(changes).length === 0
        ? word === 'label'
          ? 'not labeled'
          : 'annotated'
        : word === 'label'
          ? set.size === 0
            ? 'unlabeled'
            : 'labeled'
          : 'annotated'
    const body = { metadata: { [field]: changes } }
    const changed =
      dry.client || Object.keys(changes).length === 0
        ? object
        : await session.server.json<KubeObject>(pathOf(resource, { namespace, name }), {
            method: 'PATCH',
            body,
            contentType: 'application/merge-patch+json',
            query: {
              ...dry.query,
              fieldManager: session.flags.text('field-manager') ?? `kubectl-${word === 'label' ? 'label' : 'annotate'}`,
            },
          })
    if (!listing) return printChange(session, resource, changed, verb)
    if (pairs.length > 0) printChange(session, resource, changed, verb)
    for (const [key, value] of Object.entries(changed.metadata[field] ?? {})) session.print(`${key}=${value}`)
  })
}

function isPair(text: string): boolean {
  return /^[^=]+=/.test(text) || (text.endsWith('-') && !text.startsWith('-'))
}
