import { isNotFound } from '../apimachinery/errors.ts'
import type { Node, Pod } from '../apimachinery/objects.ts'
import { isFinished } from '../apimachinery/pods.ts'
import { type Context, type Controller, controller } from '../client/controller.ts'
import { type Disruption, disruptionCondition } from './disruption.ts'
import { podsOfNode } from './pods-of-node.ts'

/** How long a node must be missing before its pods are forgotten. Clock ms, as Kubernetes. */
const QUARANTINE_MS = 40_000
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'

/** Removes pods that no kubelet will ever finish. Follows pkg/controller/podgc. */
export function podGarbageCollector(): Controller {
  /** When nodes were first found missing, by name. */
  const missingSince = new Map<string, number>()

  return controller('pod-garbage-collector', {
    for: 'v1 Pod',
    watches: [podsOfNode],
    async reconcile(key, context) {
      const { cache, clock, api, requeueAfter } = context
      const pod = cache.get('v1 Pod', key)
      if (!pod) return
      const { nodeName } = pod.spec
      if (!nodeName) {
        if (pod.metadata.deletionTimestamp) await forget(pod, context)
        return
      }
      const node = cache.get('v1 Node', nodeName)
      if (node) {
        missingSince.delete(nodeName)
        if (pod.metadata.deletionTimestamp && isOutOfService(node)) await forget(pod, context)
        return
      }
      const since = missingSince.get(nodeName) ?? clock.now()
      missingSince.set(nodeName, since)
      const left = QUARANTINE_MS - clock.since(since)
      if (left > 0) return requeueAfter(left)
      if (await exists(nodeName, api)) return
      await forget(pod, context, { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' })
    },
  })
}

async function exists(name: string, api: Context['api']): Promise<boolean> {
  try {
    await api.get('v1 Node', { name })
    return true
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}

function isOutOfService({ spec, status }: Node): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  return ready?.status !== 'True' && (spec?.taints ?? []).some(({ key }) => key === OUT_OF_SERVICE)
}

/** Marks a pod Failed, since nobody else will, and deletes it without grace. */
async function forget(pod: Pod, { api, clock }: Context, why?: Disruption): Promise<void> {
  const { metadata } = pod
  try {
    if (!isFinished(pod)) {
      const status = { phase: 'Failed', ...(why && { conditions: [disruptionCondition(pod, why, clock)] }) }
      const body = { metadata: { uid: metadata.uid }, status }
      await api.patch('v1 Pod', metadata, { type: 'strategic', body }, { subresource: 'status' })
    }
    await api.delete('v1 Pod', metadata, { gracePeriodSeconds: 0, preconditions: { uid: metadata.uid } })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
