import { resolveIntOrPercent } from '../../apimachinery/int-or-percent.ts'
import type { Deployment } from '../../apimachinery/objects.ts'

/**
 * How many pods beyond the wanted number there may be, and how many of it may be missing, during a rolling update. Surge is
 * rounded up and unavailability down; where both come to 0, one may be missing, or nothing would ever move.
 */
export function fenceposts(deployment: Deployment): { readonly maxSurge: number; readonly maxUnavailable: number } {
  const { replicas = 1, strategy } = deployment.spec
  if (strategy?.type !== 'RollingUpdate') return { maxSurge: 0, maxUnavailable: 0 }
  const maxSurge = resolveIntOrPercent(strategy.rollingUpdate?.maxSurge, replicas, 'up')
  const unavailable = resolveIntOrPercent(strategy.rollingUpdate?.maxUnavailable, replicas, 'down')
  const maxUnavailable = maxSurge === 0 && unavailable === 0 ? 1 : unavailable
  return { maxSurge, maxUnavailable: Math.min(maxUnavailable, replicas) }
}
