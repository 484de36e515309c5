import type { Clock, Timer } from '../../apimachinery/clock.ts'
import type { Pod } from '../../apimachinery/objects.ts'

export const DEADLINE_EXCEEDED = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
}

/** Calls back once when `activeDeadlineSeconds` after the pod's start are over, in real time. Undefined: it has none. */
export function activeDeadline(pod: Pod, startTime: number, realTime: Clock, exceeded: () => void): Timer | undefined {
  const { activeDeadlineSeconds } = pod.spec
  if (activeDeadlineSeconds === undefined) return undefined
  const since = pod.status.startTime ? Date.parse(pod.status.startTime) : startTime
  return realTime.setTimeout(exceeded, Math.max(0, activeDeadlineSeconds * 1_000 - realTime.since(since)))
}
