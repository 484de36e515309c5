import { balancedAllocation } from './balanced-allocation.ts'
import { leastAllocated } from './least-allocated.ts'
import { nodeAffinityPreference } from './node-affinity-preference.ts'
import { podAffinityPreference } from './pod-affinity-preference.ts'
import type { Score } from './score.ts'
import { spread } from './spread.ts'
import { taintPreference } from './taint-preference.ts'

/** With the weights of the default profile. */
export const scores: readonly { readonly score: Score; readonly weight: number }[] = [
  { score: taintPreference, weight: 3 },
  { score: nodeAffinityPreference, weight: 2 },
  { score: podAffinityPreference, weight: 2 },
  { score: spread, weight: 2 },
  { score: leastAllocated, weight: 1 },
  { score: balancedAllocation, weight: 1 },
]
