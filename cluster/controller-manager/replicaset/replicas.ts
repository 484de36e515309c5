import { ApiError, isNotFound } from '../../apimachinery/errors.ts'
import type { Draft, Pod, ReplicaSet } from '../../apimachinery/objects.ts'
import { byDeletionPreference, isActive } from '../../apimachinery/pods.ts'
import type { Context } from '../../client/controller.ts'
import type { InformerCache } from '../../client/informer-cache.ts'
import { controllerOf, controllerReference } from '../owner-reference.ts'
import { BURST, slowStart } from '../slow-start.ts'

/** Creates the pods that are missing or deletes those that are too many. Throws the first refusal. */
export async function manageReplicas(set: ReplicaSet, active: readonly Pod[], context: Context): Promise<void> {
  const missing = (set.spec.replicas ?? 1) - active.length
  if (missing > 0) await slowStart(missing, () => createPod(set, context))
  if (missing < 0) await deletePods(set, leastWanted(set, active, Math.min(-missing, BURST), context), context)
}

async function createPod(set: ReplicaSet, { api, events }: Context): Promise<void> {
  try {
    const pod = await api.create('v1 Pod', podOf(set))
    events.record(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    // Nothing can be created in a namespace that is going; its content is deleted anyway.
    if (error.causes.some(({ reason }) => reason === 'NamespaceTerminating')) return
    events.record(set, 'Warning', 'FailedCreate', `Error creating: ${error.message}`)
    throw error
  }
}

function podOf(set: ReplicaSet): Draft<Pod> {
  const { metadata = {}, spec } = set.spec.template ?? {}
  const { labels, annotations, finalizers } = metadata
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${set.metadata.name}-`,
      ...(set.metadata.namespace && { namespace: set.metadata.namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [controllerReference('apps/v1 ReplicaSet', set)],
    },
    ...(spec && { spec }),
  }
}

async function deletePods(set: ReplicaSet, pods: readonly Pod[], { api, events }: Context): Promise<void> {
  const deletions = pods.map(async (pod) => {
    const { name, namespace, uid } = pod.metadata
    try {
      await api.delete('v1 Pod', { name, ...(namespace && { namespace }) }, { preconditions: { uid } })
      events.record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`)
    } catch (error) {
      if (isNotFound(error)) return
      events.record(set, 'Warning', 'FailedDelete', `Error deleting: ${(error as Error).message}`)
      throw error
    }
  })
  const failed = (await Promise.allSettled(deletions)).find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

/** As many pods as told, those first whose loss costs least. */
function leastWanted(set: ReplicaSet, active: readonly Pod[], count: number, { cache, clock }: Context): Pod[] {
  if (count >= active.length) return [...active]
  const onNode = new Map<string, number>()
  for (const { spec } of relatedPods(set, cache)) {
    if (spec.nodeName) onNode.set(spec.nodeName, (onNode.get(spec.nodeName) ?? 0) + 1)
  }
  const rank = (pod: Pod) => onNode.get(pod.spec.nodeName ?? '') ?? 0
  return [...active].sort(byDeletionPreference(clock.now(), rank)).slice(0, count)
}

/** The active pods of all sets with the same controller (a Deployment): a scaled-down rollout should stay spread. */
function relatedPods(set: ReplicaSet, cache: InformerCache): Pod[] {
  const owner = controllerOf(set)?.uid
  const sets = owner
    ? cache.list('apps/v1 ReplicaSet', set.metadata.namespace).filter((other) => controllerOf(other)?.uid === owner)
    : [set]
  const uids = new Set(sets.map((other) => other.metadata.uid))
  const isRelated = (pod: Pod) => isActive(pod) && uids.has(controllerOf(pod)?.uid ?? '')
  return cache.list('v1 Pod', set.metadata.namespace).filter(isRelated)
}
