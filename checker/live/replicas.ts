import { apply } from '../apply/apply.ts'
import { resourceOf } from '../cluster/objects.ts'
import { type Live, type Reference, refer } from './live.ts'
import { missed, Settled } from './outcome.ts'
import { isReady, podEvidence, stuckReason } from './pod-evidence.ts'
import { deploymentOf, podsOf } from './pods-of.ts'
import { duration } from './waiting.ts'

/** How many pods a Deployment got. */
export interface Grown {
  readonly ready: number
  /** Milliseconds. */
  readonly took: number
  /** In the scheduler's words: no node took any more. Undefined when there was room for all. */
  readonly full: string | undefined
}

/** A pod that is stuck for so long does not get there by itself. Milliseconds. */
const PATIENCE_MS = 2_500
const UP_WITHIN_MS = 90_000
const DOWN_WITHIN_MS = 60_000

/** As `kubectl scale` does it. */
export async function scale(live: Live, reference: Reference, replicas: number): Promise<void> {
  const body = { spec: { replicas } }
  await live.objects.patch(resourceOf('apps/v1 Deployment'), live.namespace, refer(reference).name, body)
}

/** How many the living Deployment is to have. */
export async function replicasOf(live: Live, reference: Reference): Promise<number> {
  return (await deploymentOf(live, reference)).spec.replicas ?? 1
}

/** Applies the learner's file of this object once more, as `kubectl apply` does. Ends the check when it is refused. */
export async function applyAgain(live: Live, reference: Reference): Promise<void> {
  const { kind, name } = refer(reference)
  const own = live.manifests.filter((manifest) => kind.endsWith(` ${manifest.kind}`) && manifest.name === name)
  const { findings } = await apply(live.objects, own, { name: live.namespace, ours: true })
  const [first] = findings
  if (first)
    throw new Settled(missed('live-trigger-failed', { what: 'applying the file again', detail: first.message }))
}

/**
 * Scales up, and waits until as many pods are ready. Nodes that are full of pods are the cluster's limit, not the learner's: then it is as
 * many as there is room for. Ends the check when pods do not get ready for another reason.
 */
export async function scaleUp(live: Live, reference: Reference, wanted: number): Promise<Grown> {
  const start = live.waiting.clock.now()
  let stuckSince: number | undefined
  let readySince = start
  await scale(live, reference, wanted)
  const grown = await live.waiting.until<Grown | 'stuck'>(
    `${wanted} pods of ${reference} are ready`,
    async () => {
      const pods = await podsOf(live, reference)
      const ready = pods.filter(isReady).length
      readySince = live.waiting.clock.now()
      if (ready >= wanted) return { ready, took: live.waiting.since(start), full: undefined }
      const stuck = pods.filter((pod) => stuckReason(pod) !== undefined)
      if (stuck.length === 0) {
        stuckSince = undefined
        return undefined
      }
      stuckSince ??= readySince
      if (live.waiting.since(stuckSince) < PATIENCE_MS || ready + stuck.length < pods.length) return undefined
      const words = stuck.map(noRoom)
      const full = words.every((text) => text !== undefined) ? words[0] : undefined
      return full === undefined || ready < 2 ? 'stuck' : { ready, took: stuckSince - start, full }
    },
    UP_WITHIN_MS,
  )
  if (grown && grown !== 'stuck') return grown
  const pods = await podsOf(live, reference)
  const params = { ready: pods.filter(isReady).length, wanted, after: duration(live.waiting.since(start)) }
  throw new Settled(missed('scale-not-ready', params, await podEvidence(live, pods)))
}

/** Scales down, and waits until the others are gone altogether. Gives the milliseconds that it took. Ends the check when they stay. */
export async function scaleDown(live: Live, reference: Reference, wanted: number): Promise<number> {
  const start = live.waiting.clock.now()
  const before = await podsOf(live, reference)
  await scale(live, reference, wanted)
  const thereStill = async () => {
    const uids = new Set((await live.objects.list('v1 Pod', live.namespace)).map(({ metadata }) => metadata.uid))
    const own = await podsOf(live, reference)
    const going = before.filter(
      ({ metadata }) => uids.has(metadata.uid) && !own.some((pod) => pod.metadata.uid === metadata.uid),
    )
    return { own, all: own.length + going.length }
  }
  let stuckSince: number | undefined
  const done = await live.waiting.until(
    `${wanted} pods of ${reference} are left`,
    async () => {
      const { own, all } = await thereStill()
      if (all === wanted && own.every(isReady)) return 'left'
      // too few come by themselves, or not at all: those of a Deployment that is paused
      const stuck = own.some((pod) => stuckReason(pod) !== undefined) || all < wanted
      if (!stuck) stuckSince = undefined
      else stuckSince ??= live.waiting.clock.now()
      return stuckSince !== undefined && live.waiting.since(stuckSince) >= PATIENCE_MS ? 'stuck' : undefined
    },
    DOWN_WITHIN_MS,
  )
  const took = live.waiting.since(start)
  if (done === 'left') return took
  const { own, all } = await thereStill()
  const after = duration(took)
  const paused = (await deploymentOf(live, reference)).spec.paused
    ? ['it is paused: no pods are made until it is resumed']
    : []
  const evidence = [...paused, ...(await podEvidence(live, own))]
  if (all > wanted) throw new Settled(missed('scale-not-fewer', { pods: all, wanted, after }, evidence))
  throw new Settled(missed('scale-not-ready', { ready: own.filter(isReady).length, wanted, after }, evidence))
}

/** The scheduler's words, if the number of pods that nodes take is the only reason. Nodes that take no such pod at all do not count. */
function noRoom({ status }: Parameters<typeof stuckReason>[0]): string | undefined {
  const message = status.conditions?.find(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable',
  )?.message
  const [, reasons = ''] = /nodes are available: (.*?)\.( |$)/.exec(message ?? '') ?? []
  const others = reasons
    .split(/, (?=\d+ )/)
    .filter((reason) => !/^\d+ (Too many pods|node\(s\) had untolerated taint)/.test(reason))
  return reasons.includes('Too many pods') && others.length === 0 ? message : undefined
}
