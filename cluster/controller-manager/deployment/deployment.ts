import { semanticallyEqual } from '../../apimachinery/equality.ts'
import { matchesSelector } from '../../apimachinery/labels.ts'
import type { Deployment, Pod, ReplicaSet } from '../../apimachinery/objects.ts'
import { isFinished } from '../../apimachinery/pods.ts'
import { type Context, controller, watching } from '../../client/controller.ts'
import { keyOf } from '../../client/informer.ts'
import type { InformerCache } from '../../client/informer-cache.ts'
import { claim } from '../claim.ts'
import { controllerOf } from '../owner-reference.ts'
import { activeSets, sizeOf, totalReplicas } from './replica-sets.ts'
import { shrinkOld, sizeOfNewest } from './rolling-update.ts'
import { Rollout } from './rollout.ts'
import { isScaling, scaledSizes } from './scaling.ts'
import { countedStatus, isComplete, rolloutStatus, untilTimeout } from './status.ts'

/** Rolls out one ReplicaSet after another for a Deployment. Follows pkg/controller/deployment. */
export const deploymentController = controller('deployment-controller', {
  for: 'apps/v1 Deployment',
  owns: ['apps/v1 ReplicaSet'],
  watches: [watching('apps/v1 ReplicaSet', deploymentsThatMightAdopt), watching('v1 Pod', deploymentThatWaitsFor)],
  async reconcile(key, context) {
    const { cache, clock } = context
    const deployment = cache.get('apps/v1 Deployment', key)
    if (!deployment) return
    if (semanticallyEqual(deployment.spec.selector, {})) return tellSelectingAll(deployment, context)

    const rollout = new Rollout(deployment, await claimSets(deployment, context), context)
    if (deployment.metadata.deletionTimestamp) {
      return rollout.write(countedStatus(deployment, rollout.newest, rollout.sets, clock.now()))
    }
    await rollout.syncRevision()
    if (deployment.spec.paused || isScaling(deployment, rollout.sets)) {
      await rollout.resize(scaledSizes(deployment, rollout.newest, rollout.old))
      if (deployment.spec.paused) await rollout.cleanUp()
      return rollout.write(countedStatus(rollout.deployment, rollout.newest, rollout.sets, clock.now()))
    }
    if (deployment.spec.strategy?.type === 'Recreate') await recreate(rollout)
    else await rollingUpdate(rollout)
    await writeProgress(rollout)
  },
})

async function rollingUpdate(rollout: Rollout): Promise<void> {
  const { deployment } = rollout
  const newest = await rollout.ensureNewest()
  const size = sizeOfNewest(deployment, newest, rollout.old)
  if (await rollout.resize(new Map([[newest.metadata.name, size]]))) return
  if (await rollout.resize(shrinkOld(deployment, newest, rollout.old))) return
  if (isComplete(deployment, deployment.status)) await rollout.cleanUp()
}

/** First all old pods go, then the new ones come. */
async function recreate(rollout: Rollout): Promise<void> {
  const { deployment, context } = rollout
  if (await rollout.resize(new Map(activeSets(rollout.old).map((set) => [set.metadata.name, 0])))) return
  if (oldPodsAreLeft(rollout, context.cache)) return
  const newest = await rollout.ensureNewest()
  const { replicas = 1 } = deployment.spec
  if (sizeOf(newest) !== replicas) await rollout.resize(new Map([[newest.metadata.name, replicas]]))
  if (isComplete(deployment, deployment.status)) await rollout.cleanUp()
}

function oldPodsAreLeft({ deployment, old }: Rollout, cache: InformerCache): boolean {
  if (totalReplicas(old) > 0) return true
  const uids = new Set(old.map((set) => set.metadata.uid))
  const pods = cache.list('v1 Pod', deployment.metadata.namespace)
  return pods.some((pod) => uids.has(controllerOf(pod)?.uid ?? '') && !isFinished(pod))
}

async function writeProgress(rollout: Rollout): Promise<void> {
  const { deployment, newest, sets, context } = rollout
  const status = rolloutStatus(deployment, newest, sets, context.clock)
  await rollout.write(status)
  if (isComplete(deployment, status)) return
  const left = untilTimeout(deployment, status.conditions, context.clock)
  // Timestamps know whole seconds only: a second later it is certain.
  if (left !== undefined && left > 0) context.requeueAfter(left + 1000)
}

function tellSelectingAll(deployment: Deployment, { events }: Context): void {
  const message = 'This deployment is selecting all pods. A non-empty selector is required.'
  events.record(deployment, 'Warning', 'SelectingAll', message)
}

function claimSets(deployment: Deployment, { api, cache }: Context): Promise<ReplicaSet[]> {
  const owner = { kind: 'apps/v1 Deployment', owner: deployment, selector: deployment.spec.selector } as const
  const sets = cache.list('apps/v1 ReplicaSet', deployment.metadata.namespace)
  return claim(owner, 'apps/v1 ReplicaSet', sets, api)
}

function deploymentsThatMightAdopt(set: ReplicaSet, cache: InformerCache): string[] {
  if (controllerOf(set)) return []
  return cache
    .list('apps/v1 Deployment', set.metadata.namespace)
    .filter((deployment) => matchesSelector(deployment.spec.selector, set.metadata.labels))
    .map(keyOf)
}

/** A Recreate deployment goes on when the last old pod is gone. */
function deploymentThatWaitsFor(pod: Pod, cache: InformerCache): string[] {
  const { namespace } = pod.metadata
  const inNamespace = (name: string) => (namespace ? `${namespace}/${name}` : name)
  const setName = controllerOf(pod)?.name
  const set = setName && cache.get('apps/v1 ReplicaSet', inNamespace(setName))
  const owner = set && controllerOf(set)
  if (!owner) return []
  const key = inNamespace(owner.name)
  return cache.get('apps/v1 Deployment', key)?.spec.strategy?.type === 'Recreate' ? [key] : []
}
