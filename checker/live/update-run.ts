import { wholeName } from '../../cluster/kubelet/images/image-name.ts'
import { resourceOf } from '../cluster/objects.ts'
import { type Live, outcomeOf, type Reference, refer } from './live.ts'
import { missed, type Outcome, Settled } from './outcome.ts'
import { type Counted, PodCensus } from './pod-census.ts'
import { deploymentOf } from './pods-of.ts'
import { openDoor } from './reachable.ts'
import { rollout } from './rollout.ts'
import { type Sent, Traffic } from './traffic.ts'
import { duration } from './waiting.ts'

export interface UpdatePlan {
  readonly deployment: Reference
  readonly service: Reference
  /** Requests. */
  readonly perSecond: number
  /** Two versions of an image: the Deployment is updated from the one that it has to the other. */
  readonly images: readonly [string, string]
  /** How long a pod that was asked to end is asked whether it still answers. Seconds. */
  readonly farewell: number
}

/** What was measured while a Deployment was updated. */
export interface UpdateRun extends Counted {
  /** Every request from the beginning of the update to its end. */
  readonly sent: readonly Sent[]
  readonly via: string
  /** `1.0 → 1.1`. */
  readonly versions: string
  /** Of the rollout; in words. */
  readonly took: string
  readonly wanted: number
}

/** Before and after, so that what is counted was caused by the update. Milliseconds. */
const BEFORE_MS = 600
const AFTER_MS = 500
/** A busy machine is no lost request. Milliseconds. */
const PATIENCE_MS = 8_000

/**
 * Updates the Deployment to the other version under steady traffic, counts its pods meanwhile, and takes the old version back in the end,
 * without waiting for it. Ends the check when the rollout does not complete.
 */
export async function runUpdate(live: Live, plan: UpdatePlan): Promise<UpdateRun> {
  const { waiting } = live
  const { from, to } = await versionsOf(live, plan)
  // a pod that an earlier check made unready counts as missing
  const before = await outcomeOf(rollout(plan.deployment), live)
  if (before.verdict !== 'passed') throw new Settled(before)
  const wanted = (await deploymentOf(live, plan.deployment)).spec.replicas ?? 1
  const { door } = await openDoor(live, plan.service)
  const census = await PodCensus.begin(live, plan.deployment, plan.service, plan.farewell * 1000)
  const traffic = new Traffic(door, { path: '/', patienceMs: PATIENCE_MS, ...plan }, waiting.clock)
  let began = waiting.clock.now()
  let outcome: Outcome | undefined
  let counted: Counted | undefined
  try {
    await waiting.pass('traffic before', BEFORE_MS)
    began = waiting.clock.now()
    await setImage(live, plan, to)
    outcome = await outcomeOf(rollout(plan.deployment), live)
    counted = await census.end()
    await waiting.pass('traffic after', AFTER_MS)
  } finally {
    await Promise.allSettled([census.end(), traffic.stop()])
    await setImage(live, plan, from)
  }
  if (outcome?.verdict !== 'passed' || !counted) throw new Settled(outcome as Outcome)
  const sent = (await traffic.stop()).filter(({ at }) => at >= began)
  const [, took = ''] = /after (.*)$/.exec(outcome.measured) ?? []
  const versions = [from, to].map((image) => image.split(':').at(-1)).join(' → ')
  return { ...counted, sent, via: door.via, versions, took: took || duration(waiting.since(began)), wanted }
}

async function versionsOf(live: Live, { deployment, images: [first, second] }: UpdatePlan) {
  const { spec } = await deploymentOf(live, deployment)
  const found = (spec.template.spec?.containers ?? []).map(({ image = '' }) => image)
  const from = found.find((image) => [first, second].some((each) => wholeName(each) === wholeName(image)))
  if (from === undefined)
    throw new Settled(missed('live-image', { what: deployment, found: found.join(', '), wanted: first }))
  return { from, to: wholeName(from) === wholeName(first) ? second : first }
}

/** As `kubectl set image` does it, in every container that runs one of the two. */
async function setImage(live: Live, { deployment, images }: UpdatePlan, to: string): Promise<void> {
  const { spec } = await deploymentOf(live, deployment)
  const containers = (spec.template.spec?.containers ?? []).map((container) =>
    images.some((image) => wholeName(image) === wholeName(container.image ?? ''))
      ? { ...container, image: to }
      : container,
  )
  const body = { spec: { template: { spec: { containers } } } }
  await live.objects.patch(resourceOf('apps/v1 Deployment'), live.namespace, refer(deployment).name, body)
}
