import type { Deployment, ReplicaSet } from '../../apimachinery/objects.ts'
import { fenceposts } from './fenceposts.ts'
import { activeSets, availableOf, byAge, sizeOf, totalAvailable, totalSize } from './replica-sets.ts'

/** New sizes of sets, by name; those that stay as they are are not in it. */
export type Sizes = ReadonlyMap<string, number>

/**
 * How large the newest set may be now: up to the deployment's size, as far as the surge allows. `newest` is undefined when it
 * is about to be created.
 */
export function sizeOfNewest(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
): number {
  const { replicas = 1, strategy } = deployment.spec
  const size = newest ? sizeOf(newest) : 0
  if (strategy?.type === 'Recreate' || size >= replicas) return replicas
  const room = replicas + fenceposts(deployment).maxSurge - (totalSize(oldSets) + size)
  return room <= 0 ? size : Math.min(size + room, replicas)
}

/**
 * How far the old sets may shrink now: their pods that are not available first, then as many available ones as the newest set
 * makes up for. Follows reconcileOldReplicaSets in pkg/controller/deployment/rolling.go.
 */
export function shrinkOld(deployment: Deployment, newest: ReplicaSet, oldSets: readonly ReplicaSet[]): Sizes {
  const old = activeSets(oldSets).sort(byAge)
  const sizes = new Map<string, number>()
  if (old.length === 0) return sizes
  const { replicas = 1 } = deployment.spec
  const minAvailable = replicas - fenceposts(deployment).maxUnavailable
  const notYetAvailable = sizeOf(newest) - availableOf(newest)
  const room = totalSize([...old, newest]) - minAvailable - notYetAvailable
  if (room <= 0) return sizes

  const current = (set: ReplicaSet) => sizes.get(set.metadata.name) ?? sizeOf(set)
  function take(set: ReplicaSet, count: number): number {
    if (count > 0) sizes.set(set.metadata.name, current(set) - count)
    return Math.max(0, count)
  }

  let unhealthy = room
  for (const set of old) unhealthy -= take(set, Math.min(unhealthy, sizeOf(set) - availableOf(set)))

  let spare = totalAvailable([...old, newest]) - minAvailable
  for (const set of old) spare -= take(set, Math.min(current(set), spare))
  return sizes
}
