import type { Live, Reference } from './live.ts'
import { podsOf } from './pods-of.ts'
import { openDoor } from './reachable.ts'
import { type Grown, replicasOf, scale, scaleDown, scaleUp } from './replicas.ts'
import { isAnswered } from './reply.ts'
import { lostOf, type Sent, Traffic } from './traffic.ts'

export interface ScalingPlan {
  readonly deployment: Reference
  readonly service: Reference
  /** Requests. */
  readonly perSecond: number
  /** From one pod to so many, and then to so many. */
  readonly up: number
  readonly down: number
}

/** What became of the requests of a while. */
export interface Phase {
  readonly sent: readonly Sent[]
  /** Answers by pod. */
  readonly by: ReadonlyMap<string, number>
}

export interface ScalingRun {
  readonly via: string
  readonly grown: Grown
  /** Milliseconds. */
  readonly shrunk: number
  /** All that was sent to the many, and all that was sent to the few when the others had gone. */
  readonly large: Phase
  readonly small: Phase
  /** From the command on until each pod had answered, or until nobody waited any more. */
  readonly growing: Phase
  /** When all was done. */
  readonly calm: Phase
  readonly shrinking: Phase
  readonly calmAfter: Phase
}

const BEFORE_MS = 500
const CALM_MS = 1_000
const CALM_TRIES = 2
/** Chance picks the pods: at 40 requests a second the last of twenty is asked after some two seconds. Milliseconds. */
const ASKED_WITHIN_MS = 20_000
const FEW_ASKED_WITHIN_MS = 5_000
/** A busy machine is no lost request. Milliseconds. */
const PATIENCE_MS = 8_000
/** A node learns of a changed list of endpoints a moment later than the API. Milliseconds. */
const NODES_LEARN_MS = 500

/** From one pod to many and back to a few, under steady traffic; then the number is again what it was before. */
export async function runScaling(live: Live, plan: ScalingPlan): Promise<ScalingRun> {
  const { deployment, service, perSecond, up, down } = plan
  const { waiting } = live
  const before = await replicasOf(live, deployment)
  try {
    await scaleDown(live, deployment, 1)
    const { door } = await openDoor(live, service)
    const traffic = new Traffic(door, { service, path: '/', perSecond, patienceMs: PATIENCE_MS }, waiting.clock)
    try {
      await waiting.pass('traffic before', BEFORE_MS)
      const start = waiting.clock.now()
      const grown = await scaleUp(live, deployment, up)
      const many = await namesOf(live, deployment)
      await waiting.until(
        `each of ${many.length} pods answers`,
        async () =>
          counted(
            traffic.replied.filter(({ at }) => at >= start),
            many,
          ).by.size >= many.length
            ? true
            : undefined,
        ASKED_WITHIN_MS,
      )
      const calm = await calmly(live, traffic)
      const shrunk = await scaleDown(live, deployment, down)
      await waiting.pass('every node knows it', NODES_LEARN_MS)
      const after = waiting.clock.now()
      const few = await namesOf(live, deployment)
      await waiting.until(
        `each of ${few.length} pods answers`,
        async () =>
          counted(
            traffic.replied.filter(({ at }) => at >= after),
            few,
          ).by.size >= few.length
            ? true
            : undefined,
        FEW_ASKED_WITHIN_MS,
      )
      const calmAfter = await calmly(live, traffic)
      const sent = await traffic.stop()
      const between = (from: number, to: number, names: readonly string[]) =>
        counted(
          sent.filter(({ at }) => at >= from && at < to),
          names,
        )
      return {
        via: door.via,
        grown,
        shrunk,
        large: between(start, calm.to, many),
        small: between(after, calmAfter.to, few),
        growing: between(start, calm.from, many),
        calm: between(calm.from, calm.to, many),
        shrinking: between(calm.to, calmAfter.from, many),
        calmAfter: between(calmAfter.from, calmAfter.to, few),
      }
    } finally {
      await traffic.stop()
    }
  } finally {
    await scale(live, deployment, before)
  }
}

/**
 * A second without any change, until all that was sent in it has its reply; once more when one was lost, as a request may be slow for
 * reasons of the machine.
 */
async function calmly(live: Live, traffic: Traffic): Promise<{ readonly from: number; readonly to: number }> {
  for (let left = CALM_TRIES; ; left--) {
    const from = live.waiting.clock.now()
    await live.waiting.pass('traffic to all of them', CALM_MS)
    const to = live.waiting.clock.now()
    await traffic.caughtUp()
    const sent = traffic.replied.filter(({ at }) => at >= from && at < to)
    if (left <= 1 || lostOf(sent).length === 0) return { from, to }
  }
}

async function namesOf(live: Live, deployment: Reference): Promise<readonly string[]> {
  return (await podsOf(live, deployment))
    .filter(({ status }) => status.phase === 'Running')
    .map(({ metadata }) => metadata.name)
}

function counted(sent: readonly Sent[], names: readonly string[]): Phase {
  const by = new Map<string, number>()
  for (const { reply } of sent) {
    const name = isAnswered(reply) ? names.find((each) => reply.text.includes(each)) : undefined
    if (name !== undefined) by.set(name, (by.get(name) ?? 0) + 1)
  }
  return { sent, by }
}
