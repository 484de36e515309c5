import type { Refusal } from './filters/filter.ts'

const NO_VICTIMS = 'No preemption victims found for incoming pod'
const NOT_HELPFUL = 'Preemption is not helpful for scheduling'
const NEVER = 'not eligible due to preemptionPolicy=Never.'

/** Why no node would do, in the words and order of Kubernetes 1.34. */
export function fitError(refusals: readonly Refusal[], preemptionPolicy?: string): string {
  if (refusals.length === 0) return 'no nodes available to schedule pods'
  const none = `0/${refusals.length} nodes are available`
  const reasons = counted(refusals.flatMap((refusal) => refusal.reasons))
  const preemption =
    preemptionPolicy === 'Never'
      ? NEVER
      : `${none}: ${counted(refusals.map(({ preemptible }) => (preemptible ? NO_VICTIMS : NOT_HELPFUL)))}.`
  return `${none}: ${reasons}. no new claims to deallocate, preemption: ${preemption}`
}

function counted(reasons: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort((a, b) => (a < b ? -1 : 1))
    .join(', ')
}
