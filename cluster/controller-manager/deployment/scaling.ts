import type { Deployment, ReplicaSet } from '../../apimachinery/objects.ts'
import { countAnnotation, DESIRED_REPLICAS, MAX_REPLICAS } from './annotations.ts'
import { fenceposts } from './fenceposts.ts'
import { activeSets, availableOf, byAge, sizeOf, totalSize } from './replica-sets.ts'
import type { Sizes } from './rolling-update.ts'

/** Whether the deployment's size has changed since its sets were last sized: that is scaled first, then rolled out. */
export function isScaling(deployment: Deployment, sets: readonly ReplicaSet[]): boolean {
  return activeSets(sets).some((set) => {
    const desired = countAnnotation(set, DESIRED_REPLICAS)
    return desired !== undefined && desired !== (deployment.spec.replicas ?? 1)
  })
}

/**
 * New sizes after the deployment was resized (or while it is paused): a single set takes it all; in the middle of a rollout
 * each set grows or shrinks by its share. Follows `scale` in pkg/controller/deployment/sync.go.
 */
export function scaledSizes(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
): Sizes {
  const { replicas = 1, strategy } = deployment.spec
  const all = newest ? [...oldSets, newest] : [...oldSets]
  const active = activeSets(all)
  if (active.length <= 1) {
    const only = active[0] ?? newest ?? [...oldSets].sort(byAge).at(-1)
    return new Map(only && sizeOf(only) !== replicas ? [[only.metadata.name, replicas]] : [])
  }
  if (newest && isSaturated(deployment, newest)) {
    return new Map(activeSets(oldSets).map((set) => [set.metadata.name, 0]))
  }
  if (strategy?.type !== 'RollingUpdate') return new Map()
  return proportionalSizes(deployment, active)
}

function isSaturated(deployment: Deployment, newest: ReplicaSet): boolean {
  const { replicas = 1 } = deployment.spec
  const desired = countAnnotation(newest, DESIRED_REPLICAS)
  return sizeOf(newest) === replicas && desired === replicas && availableOf(newest) === replicas
}

function proportionalSizes(deployment: Deployment, active: readonly ReplicaSet[]): Sizes {
  const { replicas = 1 } = deployment.spec
  const allowed = replicas > 0 ? replicas + fenceposts(deployment).maxSurge : 0
  const toAdd = allowed - totalSize(active)
  // Larger sets first; of equal ones the newer is enlarged, the older is reduced.
  const sets = [...active].sort((a, b) => sizeOf(b) - sizeOf(a) || (toAdd > 0 ? byAge(b, a) : byAge(a, b)))
  const sizes = new Map<string, number>()
  let added = 0
  for (const set of sets) {
    const left = toAdd - added
    const share = left === 0 ? 0 : fraction(deployment, set)
    const change = toAdd > 0 ? Math.min(share, left) : toAdd < 0 ? Math.max(share, left) : 0
    sizes.set(set.metadata.name, sizeOf(set) + change)
    added += change
  }
  const [largest] = sets
  if (largest && toAdd !== added) {
    const { name } = largest.metadata
    sizes.set(name, Math.max(0, (sizes.get(name) ?? 0) + toAdd - added))
  }
  return sizes
}

/** By how much a set would change if it kept its share of the whole. */
function fraction(deployment: Deployment, set: ReplicaSet): number {
  const { replicas = 1 } = deployment.spec
  const size = sizeOf(set)
  if (replicas === 0) return -size
  const before = countAnnotation(set, MAX_REPLICAS) || (deployment.status?.replicas ?? 0)
  if (before === 0) return 0
  return Math.round((size * (replicas + fenceposts(deployment).maxSurge)) / before) - size
}
