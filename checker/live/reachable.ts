import type { Objects } from '../cluster/objects.ts'
import { type Door, doorTo, serviceOf } from './door.ts'
import { serviceEvidence } from './endpoints.ts'
import { Hopeless } from './hopeless.ts'
import type { Live, Probe, Reference } from './live.ts'
import { missed, passed, Settled } from './outcome.ts'
import { isAnswered, type Reply } from './reply.ts'
import { duration } from './waiting.ts'

interface Reachable {
  readonly path?: string
  /** The status that is asked for; left out: any below 500. */
  readonly status?: number
  /** A text that the answer must have in it. */
  readonly contains?: string
  /** `outside`: the Service must be of a type that can be reached from outside the cluster. */
  readonly from?: 'outside' | 'anywhere'
  /** Seconds. */
  readonly within?: number
}

/** The Service answers. What answered is waited for: on a real cluster endpoints take a moment. */
export function reachable(reference: Reference, options: Reachable = {}): Probe {
  const { path = '/', status, contains, from = 'anywhere', within = 15 } = options
  return async (live) => {
    const service = await serviceOf(live, reference)
    const type = service.spec.type ?? 'ClusterIP'
    if (from === 'outside' && type !== 'LoadBalancer' && type !== 'NodePort') {
      return missed('live-no-door', { what: `service/${service.metadata.name}`, type })
    }
    const { door, reply } = await openDoor(live, reference, { path, within })
    if (status !== undefined && reply.status !== status) {
      return missed('live-wrong-answer', { path, status: reply.status, wanted: status }, [`asked at ${door.via}`])
    }
    if (contains !== undefined && !reply.text.includes(contains)) {
      const found = JSON.stringify(reply.text.slice(0, 80))
      return missed('live-text-missing', { path, found, wanted: JSON.stringify(contains) }, [`asked at ${door.via}`])
    }
    return passed(`answered at ${door.via}`)
  }
}

type Answer = Extract<Reply, { kind: 'answer' }>

/** kube-proxy opens a Service's own addresses a moment later than the API knows of them: so long they are waited for. Milliseconds. */
const OPENING_MS = 4_000
/** Clusters whose nodes cannot be reached from here, as those in Docker Desktop: waited for once. */
const outOfReach = new WeakSet<Objects>()

/** A door that answers, waited for. Ends the check when none does: with what stands behind the Service. */
export async function openDoor(
  live: Live,
  reference: Reference,
  { path = '/', within = 15 }: { readonly path?: string; readonly within?: number } = {},
): Promise<{ readonly door: Door; readonly reply: Answer }> {
  const start = live.waiting.clock.now()
  let last: Reply | undefined
  let via = ''
  let asked = 0
  const hopeless = new Hopeless(live, reference)
  const found = await live.waiting.until(
    `${reference} answers`,
    async () => {
      // looked for anew each time: an address may be given, or begin to listen, meanwhile
      const door = await doorTo(live, reference)
      const reply = await door.ask(path)
      asked += 1
      via = door.via
      last = reply
      if (isAnswered(reply)) {
        if (door.shut && !outOfReach.has(live.objects)) {
          if (live.waiting.since(start) < OPENING_MS) return undefined
          outOfReach.add(live.objects)
        }
        return { door, reply }
      }
      return (await hopeless.isSo()) ? 'hopeless' : undefined
    },
    within * 1000,
  )
  if (found && found !== 'hopeless') return found
  const after = duration(live.waiting.since(start))
  const how =
    last?.kind === 'failed'
      ? `the last request at ${via}: ${last.detail}`
      : `the last answer at ${via}: status ${last?.status}`
  const evidence = [how, ...(await serviceEvidence(live, reference, await serviceOf(live, reference)))]
  throw new Settled(missed('live-unanswered', { answered: 0, sent: asked }, [`tried for ${after}`, ...evidence]))
}
