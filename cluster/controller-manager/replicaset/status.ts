import { type Clock, timestamp } from '../../apimachinery/clock.ts'
import { semanticallyEqual } from '../../apimachinery/equality.ts'
import { isNotFound } from '../../apimachinery/errors.ts'
import { matchesLabels } from '../../apimachinery/labels.ts'
import type { Pod, ReplicaSet } from '../../apimachinery/objects.ts'
import { isReady, untilAvailable } from '../../apimachinery/pods.ts'
import type { ApiClient } from '../../client/api-client.ts'

type Status = ReplicaSet['status']

/**
 * What the set's status should say. `terminatingReplicas` is left out: its feature gate is off in 1.34. Follows
 * replica_set_utils.go.
 */
export function statusOf(set: ReplicaSet, active: readonly Pod[], failure: unknown, clock: Clock): Status {
  const labels = set.spec.template?.metadata?.labels
  const since = (moment: number) => clock.since(moment)
  const count = (test: (pod: Pod) => boolean) => active.filter(test).length
  const ready = count(isReady)
  const available = count((pod) => untilAvailable(pod, set.spec.minReadySeconds ?? 0, since) === 0)
  const fullyLabeled = count((pod) => matchesLabels(labels, pod.metadata.labels))
  const conditions = conditionsOf(set, active.length, failure, clock)
  return {
    replicas: active.length,
    ...(fullyLabeled > 0 && { fullyLabeledReplicas: fullyLabeled }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    ...(set.metadata.generation !== undefined && { observedGeneration: set.metadata.generation }),
    ...(conditions.length > 0 && { conditions }),
  }
}

function conditionsOf(
  set: ReplicaSet,
  active: number,
  failure: unknown,
  clock: Clock,
): NonNullable<Status['conditions']> {
  const known = set.status?.conditions ?? []
  const failed = known.some(({ type }) => type === 'ReplicaFailure')
  if (failure === undefined) return known.filter(({ type }) => type !== 'ReplicaFailure')
  if (failed) return known
  return [
    ...known,
    {
      type: 'ReplicaFailure',
      status: 'True',
      lastTransitionTime: timestamp(clock.now()),
      reason: active < (set.spec.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete',
      message: failure instanceof Error ? failure.message : String(failure),
    },
  ]
}

/** Writes the status unless it says the same already. */
export async function updateStatus(set: ReplicaSet, status: Status, api: ApiClient): Promise<void> {
  if (semanticallyEqual(set.status, status)) return
  try {
    await api.update('apps/v1 ReplicaSet', { ...set, status }, { subresource: 'status' })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
