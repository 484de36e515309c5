import { jsonOf } from '../../checker/cluster/kubernetes-api.ts'
import { answer } from '../../checker/live/answers.ts'
import type { Live, Probe } from '../../checker/live/live.ts'
import { missed, Settled } from '../../checker/live/outcome.ts'

interface Story {
  readonly reason: string
  readonly from: string
  /** Read from the scheduler's words: `0/3 nodes are available: …`. */
  readonly nodesThatFit: number
}

/** What the latest warning about a pod says, waited for: who wrote it is in the event itself. */
export async function eventOf(live: Live, pod: string): Promise<Story> {
  const warning = await live.waiting.until(
    `the events of ${pod}`,
    async () => {
      const events = await live.objects.list('v1 Event', live.namespace, { fields: `involvedObject.name=${pod}` })
      return events.filter(({ type }) => type === 'Warning').at(-1)
    },
    10_000,
  )
  if (!warning) throw new Settled(missed('live-absent', { what: `event about ${pod}`, namespace: live.namespace }))
  const { reason = '', message = '', source, reportingComponent } = warning
  const from = source?.component || reportingComponent || ''
  return { reason, from, nodesThatFit: Number(/^(\d+)\//.exec(message)?.[1] ?? Number.NaN) }
}

interface ListedResource {
  readonly name: string
  readonly kind: string
  readonly namespaced: boolean
  readonly shortNames?: readonly string[]
}

/** The answer is what the API server's own list of a group's resources says of one of them. */
export function answerOfDiscovery(
  file: string,
  key: string,
  group: string,
  plural: string,
  read: (resource: ListedResource) => readonly (string | boolean)[],
): Probe {
  return answer(file, key, async (live) => {
    const listed = jsonOf<{ resources: readonly ListedResource[] }>(await live.objects.api.request({ path: group }))
    const resource = listed.resources.find(({ name }) => name === plural)
    return resource ? read(resource) : []
  })
}
