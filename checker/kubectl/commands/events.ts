import type { Event } from '../../../cluster/apimachinery/objects.ts'
import { allNamespaces, type Command, output } from '../command.ts'
import { eventAge } from '../describe/page.ts'
import { CommandError } from '../errors.ts'
import { type KubeObject, typed } from '../objects.ts'
import { objectPrinter } from '../output/object-printer.ts'
import { alignTable } from '../output/table.ts'
import { findResource } from '../resource.ts'
import { fetchTarget } from '../targets.ts'

export const events: Command = {
  name: 'events',
  summary: 'List events',
  usage: 'events [--for TYPE/NAME] [--types=Warning]',
  flags: [
    allNamespaces,
    output,
    { name: 'for', type: 'text', help: 'about one object' },
    { name: 'types', type: 'list', help: 'Normal or Warning' },
    { name: 'no-headers', type: 'on' },
    { name: 'watch', short: 'w', type: 'on' },
  ],
  async run(session) {
    const { flags } = session
    if (flags.on('watch'))
      throw new CommandError("the workbook's own small kubectl has no events --watch; use: kubectl get events --watch")
    const resources = await session.resources()
    const resource = findResource(resources, 'events')
    const about = flags.text('for')?.split('/')
    if (about && about.length !== 2) throw new CommandError('--for must be in resource/name form')
    const kind = about && findResource(resources, about[0] as string).kind
    const fieldSelector = about && `involvedObject.kind=${kind},involvedObject.name=${about[1]}`
    const found = (await fetchTarget(session, { resource, namespace: session.scope, query: { fieldSelector } }))
      .filter(
        ({ object }) =>
          !flags.has('types') ||
          flags
            .list('types')
            .flatMap((types) => types.split(','))
            .includes(typed<Event>(object).type ?? ''),
      )
      .sort((a, b) => moment(a.object) - moment(b.object))
    const printer = objectPrinter(flags.text('output'))
    if (printer) return session.io.stdout(printer(found, true))
    if (found.length === 0) {
      return session.note(session.scope ? `No events found in ${session.scope} namespace.` : 'No events found.')
    }
    const everywhere = session.scope === undefined
    const rows = found.map(({ object }) => {
      const { type, reason, message, involvedObject } = typed<Event>(object)
      const cells = [
        eventAge(object),
        type,
        reason,
        `${involvedObject.kind}/${involvedObject.name}`,
        (message ?? '').trim(),
      ]
      return (everywhere ? [object.metadata.namespace, ...cells] : cells).join('\t')
    })
    const heads = [...(everywhere ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'].join('\t')
    session.io.stdout(alignTable(flags.on('no-headers') ? rows : [heads, ...rows]))
  },
}

function moment(object: KubeObject): number {
  return Date.parse(String(object.lastTimestamp ?? object.eventTime ?? object.metadata.creationTimestamp))
}
