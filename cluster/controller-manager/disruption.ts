import { type Clock, timestamp } from '../apimachinery/clock.ts'
import type { Pod, PodCondition } from '../apimachinery/objects.ts'
import { podCondition } from '../apimachinery/pods.ts'

/** Why the control plane ends a pod. */
export interface Disruption {
  readonly reason: string
  readonly message: string
}

/** The pod's condition DisruptionTarget, for a strategic merge patch of its status. */
export function disruptionCondition(pod: Pod, { reason, message }: Disruption, clock: Clock): PodCondition {
  const present = podCondition(pod, 'DisruptionTarget')
  const changed = present?.status !== 'True'
  const lastTransitionTime = changed ? timestamp(clock.now()) : present.lastTransitionTime
  const { generation } = pod.metadata
  return {
    type: 'DisruptionTarget',
    status: 'True',
    ...(lastTransitionTime && { lastTransitionTime }),
    ...(generation !== undefined && { observedGeneration: generation }),
    reason,
    message,
  }
}
