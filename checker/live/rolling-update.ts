import type { Live, Probe } from './live.ts'
import { missed, type Outcome, passed, unsettled } from './outcome.ts'
import { warningEvents } from './pod-evidence.ts'
import { deploymentOf } from './pods-of.ts'
import { tally } from './reply.ts'
import { lostOf } from './traffic.ts'
import { runUpdate, type UpdatePlan, type UpdateRun } from './update-run.ts'
import { duration } from './waiting.ts'

/** Between the moment that the server wrote down and the moment that somebody noticed. Milliseconds. */
const LEEWAY_MS = 500

/** Where the API server itself took longer than this, the machine was too busy for lost requests to say anything. Milliseconds. */
const BUSY_MS = 1_500

/** A Deployment's update under traffic, done once for all the checks of a run that judge it. */
export function rollingUpdate(plan: Omit<UpdatePlan, 'farewell'> & { readonly farewell?: number }) {
  const { farewell = 3 } = plan
  // each check gets a Live of its own, with what was read of the learner's folder for all checks of a run
  const runs = new WeakMap<Live['manifests'], Promise<UpdateRun>>()
  const probe =
    (judge: (run: UpdateRun, live: Live) => Promise<Outcome>): Probe =>
    async (live) => {
      // asked until it has answered for longer than is asked for
      const run = runs.get(live.manifests) ?? runUpdate(live, { ...plan, farewell: farewell + LEEWAY_MS / 1000 })
      runs.set(live.manifests, run)
      const done = await run
      const outcome = await judge(done, live)
      if (outcome.verdict !== 'missed' || done.slowestMs <= BUSY_MS) return outcome
      const { measured, evidence } = outcome
      return unsettled('live-too-busy', { found: measured, slowest: duration(done.slowestMs) }, evidence)
    }
  return {
    /** Each request was answered. */
    losesNone: probe(async ({ sent, via, versions, took }) => {
      const lost = lostOf(sent)
      const evidence = [`${versions} in ${took}; asked at ${via}, ${plan.perSecond} requests a second`]
      if (lost.length === 0) return passed(`0 of ${sent.length} requests lost`, evidence)
      const [first] = lost
      return missed('live-lost', { lost: lost.length, sent: sent.length }, [
        `lost: ${tally(lost.map(({ reply }) => reply))}`,
        ...(first?.reply.kind === 'failed' ? [`the first: ${first.reply.detail}`] : []),
        ...evidence,
      ])
    }),
    /** So many pods were ready at every moment. */
    keepsReady: (wanted: number): Probe =>
      probe(async ({ leastReady }, live) => {
        if (leastReady >= wanted) return passed(`never fewer than ${leastReady}`)
        return missed('update-few-ready', { least: leastReady, wanted }, [await strategyOf(live, plan)])
      }),
    /** There were never more pods than this, those that were asked to end left out. */
    makesAtMost: (wanted: number): Probe =>
      probe(async ({ most }, live) => {
        if (most <= wanted) return passed(`never more than ${most}`)
        return missed('update-many-pods', { most, wanted }, [await strategyOf(live, plan)])
      }),
    /** Each pod that was asked to end went on answering. */
    keepsAnswering: probe(async ({ farewells, wanted }, live) => {
      const [shortest] = [...farewells].sort((a, b) => a.answeredMs - b.answeredMs)
      if (!shortest || farewells.length < wanted) return missed('live-replicas', { found: farewells.length, wanted })
      const { pod, answeredMs } = shortest
      if (answeredMs >= farewell * 1000 - LEEWAY_MS)
        return passed(`each for at least ${duration(Math.min(answeredMs, farewell * 1000))}`)
      const params = { pod, found: duration(answeredMs), wanted: `${farewell} s` }
      return missed('update-short-farewell', params, await farewellEvidence(live, plan, pod))
    }),
  }
}

async function strategyOf(live: Live, { deployment }: Pick<UpdatePlan, 'deployment'>): Promise<string> {
  const { strategy, replicas } = (await deploymentOf(live, deployment)).spec
  const { maxUnavailable, maxSurge } = strategy?.rollingUpdate ?? {}
  if (strategy?.type === 'Recreate') return 'its strategy is Recreate'
  return `of ${replicas ?? 1} replicas, maxUnavailable is ${maxUnavailable ?? '25%'} and maxSurge is ${maxSurge ?? '25%'}`
}

async function farewellEvidence(live: Live, { deployment }: Pick<UpdatePlan, 'deployment'>, pod: string) {
  const spec = (await deploymentOf(live, deployment)).spec.template.spec
  const hooks = (spec?.containers ?? []).map(({ name, lifecycle }) => {
    const hook = lifecycle?.preStop
    return hook ? `preStop of container ${name}: ${JSON.stringify(hook)}` : `container ${name} has no preStop hook`
  })
  const grace = `it has ${spec?.terminationGracePeriodSeconds ?? 30} s to end, preStop included`
  return [...hooks, grace, ...(await warningEvents(live, pod, 1, { about: /PreStop/i }))]
}
