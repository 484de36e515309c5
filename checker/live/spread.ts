import type { Door } from './door.ts'
import { serviceOf } from './door.ts'
import { endpointsOf, serviceEvidence } from './endpoints.ts'
import type { Live, Probe, Reference } from './live.ts'
import { missed, passed } from './outcome.ts'
import { podEvidence } from './pod-evidence.ts'
import { podsOf } from './pods-of.ts'
import { openDoor } from './reachable.ts'
import { isAnswered, type Reply, tally } from './reply.ts'

interface Spread {
  /** How many requests are sent, each over a connection of its own. */
  readonly requests?: number
  /** How many different pods must have answered. */
  readonly pods: number
  readonly path?: string
  /** Seconds until so many pods must stand behind the Service. */
  readonly within?: number
}

const AT_ONCE = 6

/** Requests reach every pod: each is answered, and the answers name that many different pods. */
export function spread(reference: Reference, { requests = 60, pods: wanted, path = '/', within = 20 }: Spread): Probe {
  return async (live) => {
    const { door } = await openDoor(live, reference, { path, within })
    const { sessionAffinity } = (await serviceOf(live, reference)).spec
    if (door.shut && sessionAffinity === 'ClientIP') {
      // the API server's proxy picks a pod for each request: what clients would meet cannot be seen there
      const field = 'spec.sessionAffinity'
      return missed('live-field', { what: reference, field, found: sessionAffinity, wanted: 'None' })
    }
    await live.waiting.until(
      `${wanted} pods stand behind ${reference}`,
      async () => {
        const ready = (await endpointsOf(live, reference)).filter((endpoint) => endpoint.ready)
        return ready.length >= wanted ? true : undefined
      },
      within * 1000,
    )
    const result = await sendAll(live, reference, door, requests, path)
    // a real cluster's nodes learn of an endpoint a moment later than the API: those that are new get a second chance
    const settled = result.counts.size >= wanted && result.answered === requests ? result : await again()
    async function again() {
      await live.waiting.pass('every node knows the endpoints', 1_500)
      return await sendAll(live, reference, door, requests, path)
    }
    const { counts, answered, replies } = settled
    const text = [...counts.values()].sort((a, b) => b - a).join(' + ')
    if (answered < requests) {
      const evidence = [
        `asked at ${door.via}: ${tally(replies)}`,
        ...(await serviceEvidence(live, reference, await serviceOf(live, reference))),
      ]
      return missed('live-unanswered', { answered, sent: requests }, evidence)
    }
    if (counts.size < wanted) {
      const shown = [...counts].map(([pod, count]) => `${count} by ${pod}`).join(', ') || 'no answer names a pod'
      const pods = await podsOf(live, reference)
      const evidence = [
        ...(await serviceEvidence(live, reference, await serviceOf(live, reference))),
        ...(await podEvidence(live, pods)),
      ]
      return missed('live-few-pods', { pods: counts.size, wanted, counts: shown }, evidence)
    }
    return passed(`${answered} answered: ${text}`, [`asked at ${door.via}`])
  }
}

async function sendAll(live: Live, reference: Reference, door: Door, requests: number, path: string) {
  const names = (await podsOf(live, reference)).map(({ metadata }) => metadata.name)
  const replies: Reply[] = []
  let sent = 0
  const sender = async () => {
    while (sent < requests) {
      sent += 1
      replies.push(await door.ask(path))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sender))
  const counts = new Map<string, number>()
  for (const reply of replies) {
    const by = isAnswered(reply) ? names.find((name) => reply.text.includes(name)) : undefined
    if (by !== undefined) counts.set(by, (counts.get(by) ?? 0) + 1)
  }
  return { replies, counts, answered: replies.filter(isAnswered).length }
}
