import { isNotFound } from '../../../cluster/apimachinery/errors.ts'
import { allNamespaces, type Command, selector } from '../command.ts'
import { containerNames, defaultContainer } from '../container-choice.ts'
import { CommandError } from '../errors.ts'
import type { KubeObject } from '../objects.ts'
import { findResource, pathOf } from '../resource.ts'
import type { Session } from '../session.ts'
import { fetchTarget, targetsOf } from '../targets.ts'
import { newestPods, selectorOf } from '../workload.ts'

interface Stream {
  readonly pod: KubeObject
  readonly container: string
}

export const logs: Command = {
  name: 'logs',
  summary: 'Print the logs for a container in a pod',
  usage: 'logs POD | TYPE/NAME | -l LABELS [-c CONTAINER]',
  flags: [
    selector,
    allNamespaces,
    { name: 'follow', short: 'f', type: 'on', help: 'go on as lines come' },
    { name: 'previous', short: 'p', type: 'on', help: 'of the container before the last restart' },
    { name: 'container', short: 'c', type: 'text', help: 'which container' },
    { name: 'all-containers', type: 'on', help: 'of every container' },
    { name: 'all-pods', type: 'on', help: 'of every pod of the workload' },
    { name: 'tail', type: 'number', help: 'the last so many lines' },
    { name: 'since', type: 'duration', help: 'of the last 5s, 2m, 3h' },
    { name: 'since-time', type: 'text', help: 'since an RFC 3339 time' },
    { name: 'timestamps', type: 'on', help: 'the time before each line' },
    { name: 'prefix', type: 'on', help: 'pod and container before each line' },
    { name: 'limit-bytes', type: 'number' },
    { name: 'ignore-errors', type: 'on' },
    { name: 'max-log-requests', type: 'number' },
  ],
  async run(session) {
    const streams = await chosen(session)
    const follow = session.flags.on('follow')
    const most = session.flags.number('max-log-requests') ?? 5
    if (follow && streams.length > most) {
      throw new CommandError(
        `you are attempting to follow ${streams.length} log streams, but maximum allowed concurrency is ${most}, use --max-log-requests to increase the limit`,
      )
    }
    if (follow) await Promise.all(streams.map((stream) => show(session, stream, streams.length)))
    else for (const stream of streams) await show(session, stream, streams.length)
  },
}

async function chosen(session: Session): Promise<Stream[]> {
  const { flags, words } = session
  const labelSelector = flags.text('selector')
  if (labelSelector === undefined && words.length === 0)
    throw new CommandError(
      "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples",
    )
  if (labelSelector !== undefined && words.length > 0)
    throw new CommandError('only a selector (-l) or a POD name is allowed')
  const pods = findResource(await session.resources(), 'pods')
  if (labelSelector !== undefined) {
    const found = await fetchTarget(session, { resource: pods, namespace: session.scope, query: { labelSelector } })
    if (found.length === 0) session.note(`No resources found${session.scope ? ` in ${session.scope} namespace.` : ''}`)
    return found.flatMap(({ object }) => containersOf(session, object))
  }
  const [word = '', container, ...more] = words
  if (more.length > 0) throw new CommandError("expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.")
  const [target] = await targetsOf(session, [word.includes('/') ? word : `pods/${word}`])
  const [found] = target
    ? await fetchTarget(session, target).catch((error) => {
        if (!isNotFound(error)) throw error
        throw new CommandError(`error from server (NotFound): ${error.message} in namespace "${session.namespace}"`)
      })
    : []
  if (!found) return []
  if (found.resource.plural === 'pods') return containersOf(session, found.object, container)
  const labels = selectorOf(found.object)
  const owned = await fetchTarget(session, {
    resource: pods,
    namespace: found.namespace,
    query: { labelSelector: labels },
  })
  const sorted = newestPods(owned.map(({ object }) => object))
  const [first] = sorted
  if (!first) throw new CommandError(`timed out waiting for the condition`)
  if (flags.on('all-pods')) return sorted.flatMap((pod) => containersOf(session, pod, container))
  if (sorted.length > 1) session.note(`Found ${sorted.length} pods, using pod/${first.metadata.name}`)
  return containersOf(session, first, container)
}

function containersOf(session: Session, pod: KubeObject, word?: string): Stream[] {
  const { flags } = session
  const names = [...containerNames(pod, 'initContainers'), ...containerNames(pod, 'containers')]
  if (flags.on('all-containers')) return names.map((container) => ({ pod, container }))
  const wanted = flags.text('container') ?? word
  if (wanted === undefined) return [{ pod, container: defaultContainer(session, pod) }]
  if (!names.includes(wanted)) throw new CommandError(`container ${wanted} is not valid for pod ${pod.metadata.name}`)
  return [{ pod, container: wanted }]
}

async function show(session: Session, { pod, container }: Stream, streams: number): Promise<void> {
  const { flags } = session
  const { name, namespace } = pod.metadata
  const resource = findResource(await session.resources(), 'pods')
  const since = flags.duration('since')
  // Of pods found by their labels, kubectl shows the last ten lines unless told.
  const tail = flags.number('tail') ?? (flags.has('selector') ? 10 : -1)
  const query = {
    container,
    follow: flags.on('follow') || undefined,
    previous: flags.on('previous') || undefined,
    timestamps: flags.on('timestamps') || undefined,
    tailLines: tail >= 0 ? tail : undefined,
    sinceSeconds: since ? Math.ceil(since / 1000) : undefined,
    sinceTime: flags.text('since-time'),
    limitBytes: flags.number('limit-bytes'),
  }
  const prefix = flags.on('prefix') ? `[pod/${name}/${container}] ` : ''
  const path = pathOf(resource, { namespace, name, subresource: 'log' })
  let atLineStart = true
  for await (const chunk of session.server.stream(path, { query, accept: '*/*', signal: session.io.signal })) {
    if (prefix === '' && streams === 1) session.io.stdout(chunk)
    else {
      const text = chunk.replace(/^(?!$)/gm, prefix)
      session.io.stdout(atLineStart || prefix === '' ? text : text.slice(prefix.length))
      atLineStart = chunk.endsWith('\n')
    }
  }
}
