import type { Pod } from '../apimachinery/objects.ts'
import type { Refusal } from './filters/filter.ts'
import { filters } from './filters/index.ts'
import { fitError } from './fit-error.ts'
import type { Cluster, NodeInfo } from './node-info.ts'
import { scores } from './scores/index.ts'
import type { Lister } from './scores/score.ts'

export type Outcome = { readonly node: string } | { readonly failure: string }

/**
 * Finds the best node for a pod, or says why there is none. Of equals the one with the fewest pods, then the first by name:
 * Kubernetes throws a die there.
 */
export function schedule(pod: Pod, cluster: Cluster, list: Lister): Outcome {
  const checks = filters.map((filter) => filter(pod, cluster))
  const candidates: NodeInfo[] = []
  const refusals: Refusal[] = []
  for (const info of cluster.nodes) {
    const refused = firstRefusal(checks, info)
    if (refused) refusals.push(refused)
    else candidates.push(info)
  }
  const best = candidates.length > 1 ? bestOf(pod, cluster, candidates, list) : candidates[0]
  if (best) return { node: best.node.metadata.name }
  return { failure: fitError(refusals, pod.spec.preemptionPolicy) }
}

function firstRefusal(checks: readonly ((info: NodeInfo) => Refusal | undefined)[], info: NodeInfo) {
  for (const check of checks) {
    const refused = check(info)
    if (refused) return refused
  }
  return undefined
}

function bestOf(pod: Pod, cluster: Cluster, candidates: readonly NodeInfo[], list: Lister): NodeInfo | undefined {
  const parts = scores.map(({ score, weight }) => ({ of: score(pod, cluster, candidates, list), weight }))
  const total = (info: NodeInfo) => parts.reduce((sum, { of, weight }) => sum + (of ? of(info) * weight : 0), 0)
  const ranked = candidates.map((info) => ({ info, points: total(info) }))
  return ranked.sort((a, b) => b.points - a.points || a.info.pods.length - b.info.pods.length)[0]?.info
}
