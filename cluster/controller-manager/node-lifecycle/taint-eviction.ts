import { isNotFound } from '../../apimachinery/errors.ts'
import type { Pod, Taint } from '../../apimachinery/objects.ts'
import { tolerates } from '../../apimachinery/taints.ts'
import { type Context, type Controller, controller } from '../../client/controller.ts'
import { disruptionCondition } from '../disruption.ts'
import { podsOfNode } from '../pods-of-node.ts'
import type { ClockJump } from './clock-jump.ts'

/**
 * Deletes pods that do not, or no longer, tolerate a NoExecute taint of their node. Follows pkg/controller/tainteviction. The
 * time that a pod tolerates a taint starts when the manager first sees both, and anew after the machine slept.
 */
export function taintEvictionController(jump: ClockJump): Controller {
  /** Since when evictions wait, by the pod's uid. */
  const waiting = new Map<string, number>()

  return controller('taint-eviction-controller', {
    for: 'v1 Pod',
    watches: [podsOfNode],
    async reconcile(key, context) {
      const { cache, clock, events, requeueAfter } = context
      const pod = cache.get('v1 Pod', key)
      if (!pod?.spec.nodeName || pod.metadata.deletionTimestamp) {
        if (pod) waiting.delete(pod.metadata.uid)
        return
      }
      const { uid, namespace, name } = pod.metadata
      // As Kubernetes', these events name the pod without its uid.
      const involved = { apiVersion: 'v1', kind: 'Pod', metadata: { name, uid: '', ...(namespace && { namespace }) } }
      const node = cache.get('v1 Node', pod.spec.nodeName)
      const tolerated = toleratedMs(pod, node?.spec?.taints ?? [])
      if (tolerated === Number.POSITIVE_INFINITY) {
        if (!waiting.delete(uid) || !node) return
        return events.record(involved, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${key}`)
      }
      const since = Math.max(waiting.get(uid) ?? clock.now(), jump.since(clock))
      waiting.set(uid, since)
      const left = tolerated - clock.since(since)
      if (left > 0) return requeueAfter(left)
      events.record(involved, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${key}`)
      await evict(pod, context)
      waiting.delete(uid)
    },
  })
}

/** How many clock ms a pod may stay on a node with these taints: 0 when one is not tolerated at all. */
function toleratedMs({ spec }: Pod, taints: readonly Taint[]): number {
  let least = Number.POSITIVE_INFINITY
  for (const taint of taints) {
    if (taint.effect !== 'NoExecute') continue
    const toleration = spec.tolerations?.find((candidate) => tolerates(candidate, taint))
    if (!toleration) return 0
    const { tolerationSeconds = Number.POSITIVE_INFINITY } = toleration
    least = Math.min(least, Math.max(0, tolerationSeconds * 1000))
  }
  return least
}

async function evict(pod: Pod, { api, clock }: Context): Promise<void> {
  const { metadata } = pod
  const why = { reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' }
  try {
    const body = { metadata: { uid: metadata.uid }, status: { conditions: [disruptionCondition(pod, why, clock)] } }
    await api.patch('v1 Pod', metadata, { type: 'strategic', body }, { subresource: 'status' })
    await api.delete('v1 Pod', metadata, { preconditions: { uid: metadata.uid } })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
