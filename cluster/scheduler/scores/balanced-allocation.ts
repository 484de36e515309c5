import { requestsOf } from '../pod-resources.ts'
import type { Score } from './score.ts'

/** Prefers nodes where cpu and memory would be used to the same extent. Follows NodeResourcesBalancedAllocation. */
export const balancedAllocation: Score = (pod) => {
  const own = requestsOf(pod)
  if (own.size === 0) return undefined
  return ({ allocatable, requested }) => {
    const shares = ['cpu', 'memory'].flatMap((name) => {
      const whole = Number(allocatable.get(name) ?? 0n)
      if (whole === 0) return []
      return [Math.min(1, Number((requested.get(name) ?? 0n) + (own.get(name) ?? 0n)) / whole)]
    })
    const [first = 0, second = first] = shares
    return Math.floor((1 - Math.abs(first - second) / 2) * 100)
  }
}
