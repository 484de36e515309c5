import type { Pod, PodCondition } from './objects.ts'

/** Follows k8s.io/kubernetes/pkg/api/v1/pod and pkg/controller: what the control plane asks of a pod. */

export function podCondition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type)
}

export function isReady(pod: Pod): boolean {
  return podCondition(pod, 'Ready')?.status === 'True'
}

/** Succeeded or Failed: no container of it will run again. */
export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

/** Counts as a replica: not finished and not being deleted. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && !pod.metadata.deletionTimestamp
}

/** How many of the clock's ms are left until the pod is available: 0 when it is, undefined when it is not even ready. */
export function untilAvailable(
  pod: Pod,
  minReadySeconds: number,
  since: (moment: number) => number,
): number | undefined {
  const ready = podCondition(pod, 'Ready')
  if (ready?.status !== 'True') return undefined
  if (minReadySeconds === 0) return 0
  if (!ready.lastTransitionTime) return undefined
  return Math.max(0, minReadySeconds * 1000 - since(Date.parse(ready.lastTransitionTime)))
}

/** The annotation `controller.kubernetes.io/pod-deletion-cost`; 0 when absent or no number. */
export function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost']
  return text !== undefined && /^[+-]?(0|[1-9]\d*)$/.test(text) ? Number(text) : 0
}

/** The most restarts of any of its containers. */
function mostRestarts(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount))
}

const PHASES = ['Pending', 'Unknown', 'Running']

/**
 * Orders pods so that those to be deleted first come first: unassigned, pending, not ready, cheap by deletion cost, sharing
 * a node with many of their kind, ready for a short time, restarted often, young. `rank` is how many related pods a pod's
 * node runs. Follows ActivePodsWithRanks in pkg/controller; ages compare by their order of magnitude only.
 */
export function byDeletionPreference(now: number, rank: (pod: Pod) => number): (a: Pod, b: Pod) => number {
  return (a, b) =>
    Number(Boolean(a.spec.nodeName)) - Number(Boolean(b.spec.nodeName)) ||
    PHASES.indexOf(a.status?.phase ?? '') - PHASES.indexOf(b.status?.phase ?? '') ||
    Number(isReady(a)) - Number(isReady(b)) ||
    deletionCost(a) - deletionCost(b) ||
    rank(b) - rank(a) ||
    (isReady(a) && isReady(b) ? compareAges(readySince(a), readySince(b), now, a, b) : 0) ||
    mostRestarts(b) - mostRestarts(a) ||
    compareAges(Date.parse(a.metadata.creationTimestamp), Date.parse(b.metadata.creationTimestamp), now, a, b)
}

function readySince(pod: Pod): number {
  return Date.parse(podCondition(pod, 'Ready')?.lastTransitionTime ?? '') || 0
}

/** The younger first; of two that are about as old, any, but always the same. */
function compareAges(a: number, b: number, now: number, podA: Pod, podB: Pod): number {
  if (a === b) return 0
  if (a === 0 || b === 0) return a === 0 ? -1 : 1
  const difference = magnitude(now - a) - magnitude(now - b)
  if (difference !== 0) return difference
  return podA.metadata.uid < podB.metadata.uid ? -1 : 1
}

function magnitude(age: number): number {
  return age <= 0 ? -1 : Math.floor(Math.log2(age * 1e6))
}
