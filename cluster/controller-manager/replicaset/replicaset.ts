import { matchesSelector } from '../../apimachinery/labels.ts'
import type { Pod, ReplicaSet } from '../../apimachinery/objects.ts'
import { isActive, untilAvailable } from '../../apimachinery/pods.ts'
import { type Context, controller, watching } from '../../client/controller.ts'
import { keyOf } from '../../client/informer.ts'
import type { InformerCache } from '../../client/informer-cache.ts'
import { claim } from '../claim.ts'
import { controllerOf } from '../owner-reference.ts'
import { manageReplicas } from './replicas.ts'
import { statusOf, updateStatus } from './status.ts'

/** Keeps as many pods as `spec.replicas` says. Follows pkg/controller/replicaset. */
export const replicaSetController = controller('replicaset-controller', {
  for: 'apps/v1 ReplicaSet',
  owns: ['v1 Pod'],
  watches: [watching('v1 Pod', setsThatMightAdopt)],
  async reconcile(key, context) {
    const { api, cache, clock, requeueAfter } = context
    const set = cache.get('apps/v1 ReplicaSet', key)
    if (!set) return
    const pods = await claimPods(set, context)
    const active = pods.filter(isActive)

    let failure: unknown
    if (!set.metadata.deletionTimestamp) {
      failure = await manageReplicas(set, active, context).catch((error) => error ?? new Error('unknown'))
    }
    const since = (moment: number) => clock.since(moment)
    await updateStatus(set, statusOf(set, active, failure, clock), api)
    if (failure !== undefined) throw failure

    const { minReadySeconds = 0 } = set.spec
    const waits = active.map((pod) => untilAvailable(pod, minReadySeconds, since) ?? 0).filter((wait) => wait > 0)
    if (waits.length > 0) requeueAfter(Math.min(...waits))
  },
})

function claimPods(set: ReplicaSet, { api, cache }: Context): Promise<Pod[]> {
  const pods = cache.list('v1 Pod', set.metadata.namespace)
  return claim({ kind: 'apps/v1 ReplicaSet', owner: set, selector: set.spec.selector }, 'v1 Pod', pods, api)
}

function setsThatMightAdopt(pod: Pod, cache: InformerCache): string[] {
  if (controllerOf(pod)) return []
  return cache
    .list('apps/v1 ReplicaSet', pod.metadata.namespace)
    .filter((set) => matchesSelector(set.spec.selector, pod.metadata.labels))
    .map(keyOf)
}
