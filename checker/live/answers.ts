import type { Stopped } from '../cluster/cluster.ts'
import { nearest } from '../schema/did-you-mean.ts'
import type { Live, Probe } from './live.ts'
import { missed, passed, Settled, unsettled } from './outcome.ts'
import { duration } from './waiting.ts'

type Fact = string | number | boolean

/** What the learner wrote, as text; ends the check when there is nothing. */
export function answerOf(live: Live, file: string, key: string): string {
  const written = live.answers[file]?.[key]
  if (written === undefined || written === null || String(written).trim() === '') {
    const others = Object.keys(live.answers[file] ?? {})
    // an empty answer is not misspelled
    const [instead = ''] = others.includes(key) ? [] : nearest(key, others, 1)
    throw new Settled(missed('answer-missing', { key, file, instead }))
  }
  return String(written).trim()
}

/** The learner's answer is one of those that the living cluster gives; upper and lower case mean the same. */
export function answer(file: string, key: string, truth: (live: Live) => Promise<Fact | readonly Fact[]>): Probe {
  return async (live) => {
    const written = answerOf(live, file, key)
    const right = [await truth(live)].flat()
    const asksYesOrNo = right.includes('yes') || right.includes('no')
    const found = asksYesOrNo ? yesOrNo(written) : written
    if (right.some((fact) => String(fact).toLowerCase() === written.toLowerCase())) return passed(found)
    if (asksYesOrNo && !/^(yes|no)$/i.test(found)) return missed('answer-not-yes-or-no', { key, found })
    if (right.every((fact) => typeof fact === 'number') && Number.isNaN(Number(written)))
      return missed('answer-not-a-number', { key, found })
    return missed('answer-wrong', { key, found })
  }
}

/** Where yes and no are asked for: YAML reads both as true and false, and nobody wrote that. */
function yesOrNo(written: string): string {
  return /^true$/i.test(written) ? 'yes' : /^false$/i.test(written) ? 'no' : written
}

/** The learner's answer is one of these. */
export function answerIs(file: string, key: string, ...right: readonly Fact[]): Probe {
  return answer(file, key, async () => right)
}

interface WhoseJob {
  readonly file: string
  readonly key: string
  /** The names that may be written. */
  readonly parts: readonly string[]
  /** The job as it is seen when it is still done: `the new pod was put on a node`. */
  readonly job: string
  /** Names to stop for a part: `kubelet` is one on each node. Left out: the part's own name, without `kube-`. */
  stop?(part: string, live: Live): Promise<readonly string[]>
  /** Gives the system an occasion for the job, and says after how many ms it was done; undefined: not within that time. Cleans up. */
  done(live: Live, withinMs: number): Promise<number | undefined>
  /** What can be seen while the part is stopped and the job is not done; lines for the learner. */
  meanwhile?(live: Live, part: string): Promise<readonly string[]>
  /** Where nothing can be stopped: who did it, as the events tell. */
  otherwise(live: Live): Promise<Fact | readonly Fact[]>
}

/** A job that is done at all is done well within this time. Milliseconds. */
const SOON_MS = 10_000
/** With its part stopped, a job is awaited so many times as long as it took before, and not shorter than this. */
const TIMES = 10
const AT_LEAST_MS = 1_500

/** The part that the learner names is stopped, the job is not done any more, and is done again after the part is back. */
export function whoseJob({ file, key, parts, job, stop, done, meanwhile, otherwise }: WhoseJob): Probe {
  return async (live) => {
    const part = answerOf(live, file, key).toLowerCase()
    if (!parts.includes(part)) return missed('answer-not-a-part', { key, found: part, parts: parts.join(', ') })
    const { canStopComponent } = live.abilities
    if (!canStopComponent) {
      const right = [await otherwise(live)].flat().map((fact) => String(fact).toLowerCase())
      return right.includes(part)
        ? passed(`${part}, as the events say; nothing is stopped on this cluster`)
        : missed('answer-wrong', { key, found: part })
    }
    const names = (await stop?.(part, live)) ?? [part.replace(/^kube-/, '')]
    const usually = await done(live, SOON_MS)
    if (usually === undefined) return unsettled('live-job-undone', { job, after: duration(SOON_MS) })
    const stopped: Stopped[] = []
    let without: number | undefined
    let seen: readonly string[] = []
    try {
      for (const name of names) stopped.push(await canStopComponent(name))
      without = await done(live, Math.min(Math.max(usually * TIMES, AT_LEAST_MS), SOON_MS))
      if (without === undefined) seen = (await meanwhile?.(live, part)) ?? []
    } finally {
      await Promise.all(stopped.map((each) => each.start()))
    }
    if (without !== undefined) return missed('answer-other-job', { found: part, job })
    if ((await done(live, SOON_MS)) === undefined) {
      const evidence = [`${part} was stopped for this check, and runs again`]
      return unsettled('live-job-undone', { job, after: duration(SOON_MS) }, evidence)
    }
    return passed(`${part}: stopped, and nobody did it; started, and it was done`, seen)
  }
}
