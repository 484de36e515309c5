import type { Disturbance } from './disturbance.ts'
import type { Live, Probe } from './live.ts'
import { missed, passed } from './outcome.ts'
import { openDoor } from './reachable.ts'
import { tally } from './reply.ts'
import { longestSilence, lostOf, Traffic, type TrafficPlan } from './traffic.ts'
import { duration } from './waiting.ts'

interface Survives {
  readonly traffic: TrafficPlan
  /** `every request`: none may be lost. `again within 1 s`: a request or two may, but no silence may be longer. */
  readonly answering: 'every request' | `again within ${number} s`
}

/** Answers before and after, so that what is counted was caused by what was done; and how long they are waited for at most, in ms. */
const ANSWERS = 8
const BEFORE_MS = 600
const AFTER_MS = 1_200

/** Under steady traffic something is done to the system: the name goes on answering. Every request is accounted for. */
export function survives(disturbance: Disturbance, { traffic: plan, answering }: Survives): Probe {
  return async (live) => {
    const { clock } = live.waiting
    const { door } = await openDoor(live, plan.service, { path: plan.path })
    const traffic = new Traffic(door, plan, clock)
    let from = clock.now()
    let how = ''
    try {
      await answered(live, traffic, 'traffic before', BEFORE_MS)
      from = clock.now()
      const whole = await disturbance.strike(live)
      how = await whole()
      await answered(live, traffic, 'traffic after', AFTER_MS)
    } finally {
      // also when the system did not become whole: no request goes on behind the report's back
      await traffic.stop()
    }
    const until = clock.now()
    const sent = (await traffic.stop()).filter(({ at }) => at >= from)
    const lost = lostOf(sent)
    const silence = longestSilence(sent, from, Math.max(from, ...sent.map(({ ended }) => ended), until))
    const evidence = [
      ...(lost.length > 0 ? [`lost: ${tally(lost.map(({ reply }) => reply))}`] : []),
      `asked at ${door.via}, ${plan.perSecond} requests a second`,
      ...lost
        .slice(0, 1)
        .map(({ reply }) => `the first: ${reply.kind === 'failed' ? reply.detail : `status ${reply.status}`}`),
    ]
    if (answering === 'every request') {
      if (lost.length > 0) return missed('live-lost', { lost: lost.length, sent: sent.length }, evidence)
    } else {
      const allowed = Number(/[\d.]+/.exec(answering)?.[0]) * 1000
      // the rate itself leaves gaps
      if (silence > allowed + 1000 / plan.perSecond) {
        const params = { lost: lost.length, sent: sent.length, silence: duration(silence), allowed: answering }
        return missed('live-silent', params, evidence)
      }
    }
    return passed(`${sent.length} requests during the failure, ${lost.length} lost; ${how}`, evidence.slice(-2, -1))
  }
}

/** Waits until the last requests, all sent from now on, were answered. */
async function answered(live: Live, traffic: Traffic, what: string, ms: number): Promise<void> {
  const from = live.waiting.clock.now()
  await live.waiting.until(
    what,
    async () => {
      const last = traffic.replied.filter(({ at }) => at >= from).slice(-ANSWERS)
      return last.length === ANSWERS && lostOf(last).length === 0 ? true : undefined
    },
    ms,
  )
}
