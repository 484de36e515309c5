import { setTimeout } from 'node:timers/promises'
import { IdleShare } from '../harness/idle-share.ts'
import type { GradingCase } from './cases.ts'
import type { TestCluster } from './clusters.ts'

/** Whether nothing else is to be judged on a cluster meanwhile. */
export function isAlone({ exercise }: GradingCase): boolean {
  return exercise.disturbsCluster === true || exercise.crowdsCluster === true
}

/** How many answers are handed in to one cluster at the same time, each in a namespace of its own: so many always… */
const AT_LEAST = 2
/** …and so many while the machine has room for more: most of a check is waiting for probes, back-offs and rollouts. */
const AT_MOST = 4
/** Share of the machine's processors that must have been idle before one more is handed in. */
const ROOM = 0.4
/** How long the machine is looked at for that. Milliseconds. */
const LOOK_MS = 500

/**
 * Hands answers in, several at a time to each cluster; those that a cluster must have for itself come last, one after another on
 * each. What `work` rejects with is its own matter.
 */
export async function shareOut(
  cases: readonly GradingCase[],
  clusters: readonly TestCluster[],
  work: (given: GradingCase, cluster: TestCluster) => Promise<unknown>,
): Promise<void> {
  const alone = cases.filter(isAlone)
  const others = cases.filter((given) => !alone.includes(given))
  await Promise.all(
    clusters.map(async (cluster) => {
      await asManyAsFit(others, (given) => work(given, cluster).catch(() => {}))
      for (let next = alone.shift(); next; next = alone.shift()) await work(next, cluster).catch(() => {})
    }),
  )
}

/** Takes cases from the list, which others take from too, until it is empty. */
async function asManyAsFit(cases: GradingCase[], work: (given: GradingCase) => Promise<unknown>): Promise<void> {
  const running = new Set<Promise<void>>()
  const idle = new IdleShare()
  const begin = () => {
    const next = cases.shift()
    if (!next) return
    const done: Promise<void> = work(next).then(() => void running.delete(done))
    running.add(done)
  }
  while (cases.length > 0 || running.size > 0) {
    while (running.size < AT_LEAST && cases.length > 0) begin()
    const end = new AbortController()
    const looked = setTimeout(LOOK_MS, true, { signal: end.signal }).catch(() => false)
    // what an answer takes of the machine is seen a moment later: one at a time
    if ((await Promise.race([looked, ...running])) && running.size < AT_MOST && idle.read() >= ROOM) begin()
    end.abort()
  }
}
