import { isNotFound } from '../../../cluster/apimachinery/errors.ts'
import {
  all,
  allNamespaces,
  type Command,
  dryRun,
  fieldSelector,
  filename,
  ignoreNotFound,
  output,
  recursive,
  selector,
  timeout,
} from '../command.ts'
import { dryRunOf } from '../dry-run.ts'
import { CommandError, eachOf } from '../errors.ts'
import type { KubeObject } from '../objects.ts'
import { display, pathOf, type Resource } from '../resource.ts'
import type { Session } from '../session.ts'
import { fetchTarget, targetsOf } from '../targets.ts'
import { until } from './wait.ts'

interface Doomed {
  readonly resource: Resource
  readonly namespace: string | undefined
  readonly name: string
}

export const remove: Command = {
  name: 'delete',
  summary: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
  usage: 'delete TYPE NAME… | TYPE -l LABELS | TYPE --all | -f FILE',
  flags: [
    filename,
    recursive,
    selector,
    fieldSelector,
    allNamespaces,
    all,
    ignoreNotFound,
    dryRun,
    output,
    timeout,
    { name: 'now', type: 'on', help: 'a grace period of one second' },
    { name: 'force', type: 'on', help: 'with --grace-period=0: at once, unconfirmed' },
    { name: 'grace-period', type: 'number', help: 'seconds for the pods to end' },
    { name: 'wait', type: 'on', help: 'until they are gone (true unless said otherwise)' },
    {
      name: 'cascade',
      type: 'text',
      bare: 'background',
      help: 'background, foreground or orphan: what happens to what they own',
    },
  ],
  async run(session) {
    const { flags } = session
    const many = Boolean(flags.text('selector') || flags.text('field-selector') || flags.on('all'))
    const targets = await targetsOf(session, session.words)
    const doomed: Doomed[] = []
    for (const target of targets) {
      if (target.name !== undefined) doomed.push({ ...target, name: target.name })
      else if (!many) throw new CommandError('resource(s) were provided, but no name was specified')
      else doomed.push(...(await fetchTarget(session, target)))
    }
    if (doomed.length === 0 && many) return session.print('No resources found')
    await deleteThem(session, doomed)
  },
}

async function deleteThem(session: Session, doomed: readonly Doomed[]): Promise<void> {
  const { flags } = session
  const dry = dryRunOf(session)
  const force = flags.on('force')
  const graceful = flags.number('grace-period') ?? (flags.on('now') ? 1 : force ? 0 : undefined)
  if (force && graceful === 0) {
    session.note(
      'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.',
    )
  } else if (graceful === 0)
    throw new CommandError('--grace-period must be set to 1 or greater, or use --force to delete at once')
  const policies: Record<string, string> = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' }
  const propagationPolicy = policies[flags.text('cascade') ?? 'background']
  if (!propagationPolicy)
    throw new CommandError(
      `Invalid cascade value (${flags.text('cascade')}). Must be "background", "foreground", or "orphan".`,
    )

  const gone: (Doomed & { uid: string | undefined })[] = []
  await eachOf(doomed, async (one) => {
    const { resource, name } = one
    const path = pathOf(resource, one)
    try {
      const body = { propagationPolicy, ...(graceful !== undefined && { gracePeriodSeconds: graceful }) }
      const answer = dry.client
        ? undefined
        : await session.server.json<KubeObject & { details?: { uid?: string } }>(path, {
            method: 'DELETE',
            body,
            query: dry.query,
          })
      const kind = `${(resource.singular || resource.kind).toLowerCase()}${resource.group ? `.${resource.group}` : ''}`
      if (flags.text('output') === 'name') session.print(display(resource, name))
      else session.print(`${kind} "${name}" ${force ? 'force ' : ''}deleted${dry.suffix}`)
      gone.push({ ...one, uid: answer?.details?.uid ?? answer?.metadata?.uid })
    } catch (error) {
      if (!(isNotFound(error) && (flags.on('ignore-not-found') || flags.on('all') || flags.has('selector'))))
        throw error
    }
  })
  if (dry.suffix || force || !flags.on('wait', true)) return
  await Promise.all(
    gone.map((one) =>
      until(
        session,
        one,
        flags.duration('timeout') || 0,
        (object) => object === undefined || (one.uid !== undefined && object.metadata.uid !== one.uid),
      ),
    ),
  )
}
