import type { Deployment, ReplicaSet } from '../../apimachinery/objects.ts'
import { fenceposts } from './fenceposts.ts'

export const REVISION = 'deployment.kubernetes.io/revision'
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history'
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas'
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas'

/** What is not copied from a deployment to its sets. */
const OWN = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
])
/** Characters that the history of revisions may have. */
const HISTORY_LIMIT = 2000

type Annotations = Readonly<Record<string, string>>

export function revisionOf(set: ReplicaSet): number {
  const revision = Number(set.metadata.annotations?.[REVISION] ?? 0)
  return Number.isSafeInteger(revision) ? revision : 0
}

/** One more than the highest revision of the old sets. */
export function nextRevision(oldSets: readonly ReplicaSet[]): number {
  return Math.max(0, ...oldSets.map(revisionOf)) + 1
}

/**
 * The annotations of the deployment's newest set: the deployment's own, and a revision above all others. A set that gets
 * a higher one is rolled back to; the revision that it had goes to its history.
 */
export function annotationsOfNewest(deployment: Deployment, present: Annotations, revision: number): Annotations {
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !OWN.has(key))
  const annotations = { ...present, ...Object.fromEntries(copied) }
  const last = present[REVISION]
  if (last !== undefined && !/^\d+$/.test(last)) return annotations
  if (Number(last ?? 0) >= revision) return annotations
  return {
    ...annotations,
    [REVISION]: String(revision),
    ...(last !== undefined && { [REVISION_HISTORY]: withRevision(present[REVISION_HISTORY], last) }),
  }
}

function withRevision(history: string | undefined, revision: string): string {
  const revisions = [...(history ? history.split(',') : []), revision]
  while (revisions.length > 1 && revisions.join().length > HISTORY_LIMIT) revisions.shift()
  return revisions.join()
}

/** How large the deployment is to be, as each of its sets remembers it: what tells scaling from rolling out. */
export function sizeAnnotations(deployment: Deployment): Annotations {
  const { replicas = 1 } = deployment.spec
  return {
    [DESIRED_REPLICAS]: String(replicas),
    [MAX_REPLICAS]: String(replicas + fenceposts(deployment).maxSurge),
  }
}

/** A number that a set's annotation holds, if it holds one. */
export function countAnnotation(set: ReplicaSet, name: string): number | undefined {
  const text = set.metadata.annotations?.[name]
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}
