import { comparableRequestsOf } from '../pod-resources.ts'
import type { Score } from './score.ts'

const RESOURCES = ['cpu', 'memory']

/** Prefers nodes with the most cpu and memory left. Follows the plugin NodeResourcesFit with LeastAllocated. */
export const leastAllocated: Score = (pod) => {
  const own = comparableRequestsOf(pod)
  return ({ allocatable, comparable }) => {
    let sum = 0n
    let count = 0n
    for (const name of RESOURCES) {
      const whole = allocatable.get(name) ?? 0n
      if (whole === 0n) continue
      const left = whole - (comparable.get(name) ?? 0n) - (own.get(name) ?? 0n)
      sum += left < 0n ? 0n : (left * 100n) / whole
      count += 1n
    }
    return count === 0n ? 0 : Number(sum / count)
  }
}
