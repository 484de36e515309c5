import { semanticallyEqual } from '../../apimachinery/equality.ts'
import type { Deployment, PodTemplate, ReplicaSet } from '../../apimachinery/objects.ts'

export const HASH_LABEL = 'pod-template-hash'

export const sizeOf = (set: ReplicaSet): number => set.spec.replicas ?? 1
export const availableOf = (set: ReplicaSet): number => set.status?.availableReplicas ?? 0

/** The sum of what the sets are asked to run. */
export function totalSize(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + sizeOf(set), 0)
}

export function totalAvailable(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + availableOf(set), 0)
}

/** The sum of the pods that the sets have. */
export function totalReplicas(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + (set.status?.replicas ?? 0), 0)
}

/** Those that are asked to run pods. */
export function activeSets(sets: readonly ReplicaSet[]): ReplicaSet[] {
  return sets.filter((set) => sizeOf(set) > 0)
}

export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const age = a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp)
  return age || a.metadata.name.localeCompare(b.metadata.name)
}

/** The set of the present template, if it is there: of several (after an upgrade, say) the oldest. */
export function newReplicaSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const wanted = withoutHash(deployment.spec.template)
  return [...sets].sort(byAge).find((set) => semanticallyEqual(withoutHash(set.spec.template), wanted))
}

function withoutHash(template: PodTemplate | undefined): unknown {
  const { [HASH_LABEL]: _, ...labels } = template?.metadata?.labels ?? {}
  // The API server writes `creationTimestamp: null` into templates; old ones keep it.
  const { creationTimestamp: __, ...metadata } = template?.metadata ?? {}
  return { ...template, metadata: { ...metadata, labels } }
}
