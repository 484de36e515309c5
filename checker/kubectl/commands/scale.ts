import { printChange } from '../changed.ts'
import { all, type Command, dryRun, filename, output, recursive, selector, timeout } from '../command.ts'
import { dryRunOf } from '../dry-run.ts'
import { CommandError, eachOf } from '../errors.ts'
import { at, type KubeObject } from '../objects.ts'
import { pathOf } from '../resource.ts'
import { fetchAll } from '../targets.ts'

export const scale: Command = {
  name: 'scale',
  summary: 'Set a new size for a deployment, replica set, or replication controller',
  usage: 'scale TYPE/NAME --replicas=COUNT',
  flags: [
    selector,
    all,
    filename,
    recursive,
    output,
    dryRun,
    timeout,
    { name: 'replicas', type: 'number', help: 'how many there shall be' },
    { name: 'current-replicas', type: 'number', help: 'only if there are so many now' },
  ],
  async run(session) {
    const { flags } = session
    const replicas = flags.number('replicas')
    if (replicas === undefined || replicas < 0) {
      throw new CommandError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0')
    }
    const expected = flags.number('current-replicas') ?? -1
    const found = await fetchAll(session)
    if (found.length === 0) throw new CommandError('no objects passed to scale')
    const dry = dryRunOf(session)
    await eachOf(found, async ({ resource, namespace, name, object }) => {
      const now = at(object, 'spec', 'replicas')
      if (expected >= 0 && now !== expected) throw new CommandError(`Expected replicas to be ${expected}, was ${now}`)
      const path = pathOf(resource, { namespace, name, subresource: 'scale' })
      const body = { spec: { replicas } }
      const contentType = 'application/merge-patch+json'
      if (!dry.client)
        await session.server.json<KubeObject>(path, { method: 'PATCH', body, contentType, query: dry.query })
      printChange(session, resource, object, 'scaled')
    })
  },
}
