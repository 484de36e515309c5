import type { Deployment, Pod } from '../../cluster/apimachinery/objects.ts'
import { type Live, type Probe, type Reference, refer } from './live.ts'
import { missed, passed, unsettled } from './outcome.ts'
import { ownDelays } from './own-delays.ts'
import { blameMissingImage, isReady, podEvidence, stuckReason, warningEvents } from './pod-evidence.ts'
import { deploymentOf, newestPodsOf, podsOf } from './pods-of.ts'
import { duration } from './waiting.ts'

interface Rollout {
  /** As many pods as the lesson asks for; left out: as many as the Deployment says. */
  readonly replicas?: number
  /** Seconds. */
  readonly within?: number
}

/** A pod that is stuck this long does not get there by itself. Milliseconds. */
const PATIENCE_MS = 2_500
/** A ConfigMap that was applied after the pod that wants it is found at the kubelet's next look. Milliseconds. */
const CONFIG_PATIENCE_MS = 20_000
/** Without a readiness probe a pod is ready before its program has done anything: a new one must stay so. Milliseconds. */
const STEADY_MS = 1_000

/** A Deployment's rollout completes, as `kubectl rollout status` waits for it, with as many replicas as asked. */
export function rollout(reference: Reference, { replicas, within = 60 }: Rollout = {}): Probe {
  return async (live) => {
    const start = live.waiting.clock.now()
    const delays = ownDelays(await deploymentOf(live, reference))
    let stuckSince: number | undefined
    let completeSince: number | undefined
    let looks = 0
    let last: Deployment | undefined
    let stuck: readonly Pod[] = []
    const finished = await live.waiting.until(
      `${reference} is rolled out`,
      async () => {
        last = await deploymentOf(live, reference)
        looks += 1
        if (isComplete(last)) {
          completeSince ??= live.waiting.clock.now()
          // complete at the first look: it was so before this check
          return looks === 1 || live.waiting.since(completeSince) >= STEADY_MS ? 'complete' : undefined
        }
        completeSince = undefined
        const newest = await newestPodsOf(live, reference)
        const patience = patienceWith(last, newest)
        stuck = newest.filter((pod) => stuckReason(pod) !== undefined)
        if (patience === undefined) stuckSince = undefined
        else stuckSince ??= live.waiting.clock.now()
        return stuckSince !== undefined && live.waiting.since(stuckSince) >= (patience ?? 0) ? 'stuck' : undefined
      },
      within * 1000 + delays,
    )
    const wanted = last?.spec.replicas ?? 1
    const after = duration((completeSince ?? live.waiting.clock.now()) - start)
    if (finished === 'complete') {
      if (replicas !== undefined && wanted !== replicas)
        return missed('live-replicas', { found: wanted, wanted: replicas })
      const said = replicasInFile(live, reference)
      if (replicas !== undefined && said !== undefined && said !== replicas) {
        const evidence = [`a command made ${wanted} of them; a file that says nothing means 1`]
        return missed('live-replicas', { found: said, wanted: replicas }, evidence)
      }
      return passed(`${last?.status.readyReplicas ?? 0} of ${wanted} after ${after}`)
    }
    const pods = await podsOf(live, reference)
    // what it was given up for: a moment later a container that crashes again and again may be between two states
    const names = new Set(stuck.map(({ metadata }) => metadata.name))
    const others = (await newestPodsOf(live, reference)).filter(({ metadata }) => !names.has(metadata.name))
    const newest = [...stuck, ...others]
    // of an update that is stuck the old pods may all be ready
    const ready = newest.filter(isReady).length
    blameMissingImage(live, newest)
    const ill = newest.some((pod) => !isReady(pod)) ? newest : pods
    const evidence = [...(await deploymentEvidence(live, last)), ...(await podEvidence(live, ill))]
    // a pod that nobody looks at (a part of the cluster is stopped, say) speaks against no file; one that runs and is not ready does
    if (finished === 'stuck' || pods.some((pod) => pod.status.phase === 'Running' && !isReady(pod))) {
      return missed('live-not-ready', { ready, wanted, after }, evidence)
    }
    return unsettled('live-not-settled', { ready, wanted, after }, evidence)
  }
}

/** What the learner's file says, where there is one: a number that a command set is not in it. */
function replicasInFile({ manifests }: Live, reference: Reference): number | undefined {
  const { kind, name } = refer(reference)
  const own = manifests.find((manifest) => kind.endsWith(` ${manifest.kind}`) && manifest.name === name)
  return own && Number(own.at(['spec', 'replicas']) ?? 1)
}

/** As kubectl's rollout status decides. */
export function isComplete({ metadata, spec, status }: Deployment): boolean {
  const wanted = spec.replicas ?? 1
  return (
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    (status.updatedReplicas ?? 0) >= wanted &&
    (status.replicas ?? 0) <= (status.updatedReplicas ?? 0) &&
    (status.availableReplicas ?? 0) >= (status.updatedReplicas ?? 0) &&
    (status.readyReplicas ?? 0) === wanted
  )
}

/** How long one and the same trouble is looked at before nobody waits any more, in ms; undefined without any. */
function patienceWith({ metadata, spec, status }: Deployment, newest: readonly Pod[]): number | undefined {
  if (spec.paused) return PATIENCE_MS
  if (status.conditions?.some(({ type, status: holds }) => type === 'ReplicaFailure' && holds === 'True'))
    return PATIENCE_MS
  // its controller has not seen the newest template, so no pod is of that one yet
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return undefined
  const reasons = newest.map(stuckReason).filter((reason) => reason !== undefined)
  if (reasons.length === 0) return undefined
  return reasons.every((reason) => reason === 'CreateContainerConfigError') ? CONFIG_PATIENCE_MS : PATIENCE_MS
}

async function deploymentEvidence(live: Live, deployment: Deployment | undefined): Promise<string[]> {
  if (!deployment) return []
  if (deployment.spec.paused) return ['it is paused: nothing is rolled out until it is resumed']
  const failures = (deployment.status.conditions ?? []).filter(
    ({ type, status }) =>
      (type === 'ReplicaFailure' && status === 'True') || (type === 'Progressing' && status === 'False'),
  )
  return [
    ...failures.map(({ reason, message }) => `${reason}: ${message}`),
    ...(await warningEvents(live, deployment.metadata.name, 2, { kind: 'Deployment' })),
  ]
}
