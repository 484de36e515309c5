import type { Clock } from '../../apimachinery/clock.ts'
import type { Deployment, ReplicaSet } from '../../apimachinery/objects.ts'
import { conditionOf, type DeploymentCondition, withCondition, without } from './conditions.ts'
import { fenceposts } from './fenceposts.ts'
import { totalAvailable, totalReplicas, totalSize } from './replica-sets.ts'

export type DeploymentStatus = Deployment['status']

/** What a `progressDeadlineSeconds` of this value means: none. */
const NO_DEADLINE = 2_147_483_647

export function hasProgressDeadline(deployment: Deployment): boolean {
  const { progressDeadlineSeconds } = deployment.spec
  return progressDeadlineSeconds !== undefined && progressDeadlineSeconds !== NO_DEADLINE
}

/** Counts and the Available condition; the other conditions stay. Follows calculateStatus in pkg/controller/deployment/sync.go. */
export function countedStatus(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  sets: readonly ReplicaSet[],
  now: number,
): DeploymentStatus {
  const { replicas: wanted = 1 } = deployment.spec
  const { collisionCount, conditions = [] } = deployment.status ?? {}
  const available = totalAvailable(sets)
  const enough = available >= wanted - fenceposts(deployment).maxUnavailable
  const counts = {
    replicas: totalReplicas(sets),
    updatedReplicas: newest?.status?.replicas ?? 0,
    readyReplicas: sets.reduce((sum, set) => sum + (set.status?.readyReplicas ?? 0), 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, totalSize(sets) - available),
  }
  return {
    ...(deployment.metadata.generation !== undefined && { observedGeneration: deployment.metadata.generation }),
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    ...(collisionCount !== undefined && { collisionCount }),
    conditions: withCondition(
      conditions,
      enough
        ? {
            type: 'Available',
            status: 'True',
            reason: 'MinimumReplicasAvailable',
            message: 'Deployment has minimum availability.',
          }
        : {
            type: 'Available',
            status: 'False',
            reason: 'MinimumReplicasUnavailable',
            message: 'Deployment does not have minimum availability.',
          },
      now,
    ),
  }
}

/** Whether all wanted pods are new and available, and no old one is left. */
export function isComplete({ spec, metadata }: Deployment, status: DeploymentStatus | undefined): boolean {
  const { replicas: wanted = 1 } = spec
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status ?? {}
  return (
    updatedReplicas === wanted &&
    replicas === wanted &&
    availableReplicas === wanted &&
    observedGeneration >= (metadata.generation ?? 0)
  )
}

/** Status during a rollout: with progress, its deadline, and the sets' failures. Follows progress.go. */
export function rolloutStatus(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  sets: readonly ReplicaSet[],
  clock: Clock,
): DeploymentStatus {
  const now = clock.now()
  const status = countedStatus(deployment, newest, sets, now)
  let conditions: readonly DeploymentCondition[] = status.conditions ?? []
  if (!hasProgressDeadline(deployment)) conditions = without(conditions, 'Progressing')
  else conditions = withProgress(deployment, newest, status, conditions, clock)
  const failure = failureOf(newest ? [newest] : []) ?? failureOf(sets)
  conditions = failure ? withFailure(conditions, failure) : without(conditions, 'ReplicaFailure')
  return { ...status, conditions }
}

function withProgress(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  status: DeploymentStatus,
  conditions: readonly DeploymentCondition[],
  clock: Clock,
): readonly DeploymentCondition[] {
  const now = clock.now()
  const subject = newest ? `ReplicaSet "${newest.metadata.name}"` : `Deployment "${deployment.metadata.name}"`
  const present = conditionOf(deployment.status?.conditions, 'Progressing')
  const { replicas = 0, updatedReplicas = 0 } = status
  if (replicas === updatedReplicas && present?.reason === 'NewReplicaSetAvailable') return conditions

  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`
    const complete = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message }
    return withCondition(conditions, complete, now)
  }
  if (isProgressing(deployment.status, status)) {
    // Told again each time, so that lastUpdateTime shows when something last moved.
    const message = `${subject} is progressing.`
    const progressing = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message }
    const [renewed] = withCondition([], progressing, now)
    const lastTransitionTime = present?.status === 'True' ? present.lastTransitionTime : renewed?.lastTransitionTime
    return [...without(conditions, 'Progressing'), { ...(renewed as DeploymentCondition), lastTransitionTime }]
  }
  if (untilTimeout(deployment, conditions, clock) === 0) {
    const message = `${subject} has timed out progressing.`
    const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message }
    return withCondition(conditions, late, now)
  }
  return conditions
}

function isProgressing(last: DeploymentStatus | undefined, next: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus | undefined) => (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0)
  return (
    (next.updatedReplicas ?? 0) > (last?.updatedReplicas ?? 0) ||
    old(next) < old(last) ||
    (next.readyReplicas ?? 0) > (last?.readyReplicas ?? 0) ||
    (next.availableReplicas ?? 0) > (last?.availableReplicas ?? 0)
  )
}

/**
 * How many of the clock's ms are left until the rollout counts as stuck; 0 when it does, undefined when no deadline runs.
 */
export function untilTimeout(
  deployment: Deployment,
  conditions: readonly DeploymentCondition[] | undefined,
  clock: Clock,
): number | undefined {
  const progressing = conditionOf(conditions, 'Progressing')
  if (!hasProgressDeadline(deployment) || !progressing || progressing.reason === 'NewReplicaSetAvailable')
    return undefined
  if (progressing.reason === 'ProgressDeadlineExceeded') return 0
  const since = clock.since(Date.parse(progressing.lastUpdateTime ?? ''))
  return Math.max(0, (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 - since)
}

function failureOf(sets: readonly ReplicaSet[]): DeploymentCondition | undefined {
  for (const { status } of sets) {
    const failure = status?.conditions?.find(({ type }) => type === 'ReplicaFailure')
    if (failure) return { ...failure, lastUpdateTime: failure.lastTransitionTime }
  }
  return undefined
}

function withFailure(conditions: readonly DeploymentCondition[], failure: DeploymentCondition) {
  const present = conditionOf(conditions, failure.type)
  if (present?.status === failure.status && present.reason === failure.reason) return conditions
  return [...without(conditions, failure.type), failure]
}

/** With the Progressing condition that tells that the deployment is, or no longer is, paused. */
export function withPause(deployment: Deployment, now: number): readonly DeploymentCondition[] {
  const conditions = deployment.status?.conditions ?? []
  const reason = conditionOf(conditions, 'Progressing')?.reason
  if (!hasProgressDeadline(deployment) || reason === 'ProgressDeadlineExceeded') return conditions
  const { paused = false } = deployment.spec
  if (paused === (reason === 'DeploymentPaused')) return conditions
  const told = paused
    ? { reason: 'DeploymentPaused', message: 'Deployment is paused' }
    : { reason: 'DeploymentResumed', message: 'Deployment is resumed' }
  return withCondition(conditions, { type: 'Progressing', status: 'Unknown', ...told }, now)
}
