import { requestsOf } from '../pod-resources.ts'
import type { Filter } from './filter.ts'

/** Billionths in one pod. */
const ONE = 1_000_000_000n

/** Refuses nodes without room for one more pod, or for what it requests. Follows the plugin NodeResourcesFit. */
export const nodeResourcesFit: Filter = (pod) => {
  const requests = requestsOf(pod)
  return ({ pods, allocatable, requested }) => {
    const reasons: string[] = []
    let preemptible = true
    const places = allocatable.get('pods') ?? 0n
    if (BigInt(pods.length + 1) * ONE > places) {
      reasons.push('Too many pods')
      if (places < ONE) preemptible = false
    }
    for (const [name, amount] of requests) {
      const whole = allocatable.get(name) ?? 0n
      if (amount === 0n || amount <= whole - (requested.get(name) ?? 0n)) continue
      reasons.push(`Insufficient ${name}`)
      if (amount > whole) preemptible = false
    }
    return reasons.length > 0 ? { reasons, preemptible } : undefined
  }
}
