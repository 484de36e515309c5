import { counted } from '../messages/counted.ts'
import type { Live, Probe, Reference } from './live.ts'
import { missed, type Outcome, passed } from './outcome.ts'
import { applyAgain, replicasOf, scale } from './replicas.ts'
import { tally } from './reply.ts'
import { rollout } from './rollout.ts'
import { type Phase, runScaling, type ScalingPlan, type ScalingRun } from './scaling-run.ts'
import { lostOf } from './traffic.ts'
import { duration } from './waiting.ts'

const SOON_MS = 10_000

/** A Deployment that is scaled under traffic, done once for all the checks of a run that judge it. */
export function scaling(plan: ScalingPlan) {
  const runs = new WeakMap<Live['manifests'], Promise<ScalingRun>>()
  const probe =
    (judge: (run: ScalingRun) => Outcome): Probe =>
    async (live) => {
      const run = runs.get(live.manifests) ?? runScaling(live, plan)
      runs.set(live.manifests, run)
      return judge(await run)
    }
  const answered = (all: Phase, calm: Phase, pods: number, lines: readonly string[]): Outcome | undefined => {
    const params = { pods: all.by.size, wanted: pods, sent: all.sent.length }
    if (all.by.size < pods) return missed('scale-few-answered', params, lines)
    const lost = lostOf(calm.sent)
    if (lost.length === 0) return undefined
    const [first] = lost
    const why = first?.reply.kind === 'failed' ? [`the first: ${first.reply.detail}`] : []
    return missed('scale-calm-lost', { lost: lost.length, sent: calm.sent.length }, [...why, ...lines])
  }
  return {
    /** One pod becomes many: each of them gets requests, and when all are there none is lost. */
    grows: probe(({ grown, large, growing, calm, via }) => {
      const lines = [
        `asked at ${via}, ${plan.perSecond} requests a second`,
        `meanwhile: ${account(growing)}`,
        `then:      ${account(calm)}`,
        ...(grown.full === undefined ? [] : [`this cluster takes no more than ${grown.ready} of them: ${grown.full}`]),
      ]
      const ready = `${grown.ready} of ${plan.up} ready after ${duration(grown.took)}`
      return (
        answered(large, calm, grown.ready, lines) ?? passed(`${ready}; ${counted(grown.ready, 'pod')} answered`, lines)
      )
    }),
    /** Many become a few: those go on answering, and when the others are gone no request is lost. */
    shrinks: probe(({ shrunk, small, shrinking, calmAfter }) => {
      const lines = [`meanwhile: ${account(shrinking)}`, `then:      ${account(calmAfter)}`]
      const left = `${plan.down} left after ${duration(shrunk)}`
      return (
        answered(small, calmAfter, plan.down, lines) ?? passed(`${left}; ${counted(plan.down, 'pod')} answered`, lines)
      )
    }),
  }
}

/** The number of replicas that a file says comes back when the file is applied again. */
export function numberComesBack(reference: Reference, wanted: number): Probe {
  return async (live) => {
    await scale(live, reference, wanted + 2)
    const start = live.waiting.clock.now()
    await applyAgain(live, reference)
    const found = await replicasOf(live, reference)
    if (found !== wanted) return missed('scale-number-stays', { found, wanted })
    const outcome = await rollout(reference, { replicas: wanted })(live)
    if (outcome.verdict !== 'passed') return outcome
    return passed(`scaled to ${wanted + 2}, applied again: ${found} after ${duration(live.waiting.since(start))}`)
  }
}

/** A number that was set by command stays when the file is applied again: the file says none. */
export function numberStays(reference: Reference, number: number): Probe {
  return async (live) => {
    const before = await replicasOf(live, reference)
    try {
      // a file that happens to say this number is found out by another one
      for (const each of before === number ? [number - 1, number] : [number]) {
        await scale(live, reference, each)
        await applyAgain(live, reference)
        const found = await replicasOf(live, reference)
        if (found !== each) return missed('scale-number-lost', { found, wanted: each })
      }
      const outcome = await rollout(reference, { within: SOON_MS / 1000 })(live)
      return outcome.verdict === 'passed' ? passed(`scaled to ${number}, applied again: still ${number}`) : outcome
    } finally {
      await scale(live, reference, before)
    }
  }
}

/** `96 requests = 93 answered by 20 pods + 3 lost (3 × refused)`. */
function account({ sent, by }: Phase): string {
  const lost = lostOf(sent)
  const what = lost.length === 0 ? '' : ` (${tally(lost.map(({ reply }) => reply))})`
  return `${counted(sent.length, 'request')} = ${sent.length - lost.length} answered by ${counted(by.size, 'pod')} + ${lost.length} lost${what}`
}
