import type * as models from '@kubernetes/client-node'
import { timestamp } from '../../apimachinery/clock.ts'
import type { Json } from '../../apimachinery/objects.ts'

export type DeploymentCondition = Json<models.V1DeploymentCondition>
type Conditions = readonly DeploymentCondition[]

export function conditionOf(conditions: Conditions | undefined, type: string): DeploymentCondition | undefined {
  return conditions?.find((condition) => condition.type === type)
}

export function without(conditions: Conditions, type: string): Conditions {
  return conditions.filter((condition) => condition.type !== type)
}

/** With the condition, unless one of the same status and reason is there. `now` in ms since the epoch. */
export function withCondition(
  conditions: Conditions,
  { type, status, reason, message }: { type: string; status: string; reason: string; message: string },
  now: number,
): Conditions {
  const present = conditionOf(conditions, type)
  if (present?.status === status && present.reason === reason) return conditions
  const at = timestamp(now)
  const lastTransitionTime = present?.status === status ? (present.lastTransitionTime ?? at) : at
  return [...without(conditions, type), { type, status, lastUpdateTime: at, lastTransitionTime, reason, message }]
}
