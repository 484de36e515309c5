import { matchesTerm } from '../node-selector.ts'
import { normalized, type Score } from './score.ts'

/** Prefers nodes by the weights of the pod's preferred node affinity. Follows NodeAffinity. */
export const nodeAffinityPreference: Score = (pod, _cluster, candidates) => {
  const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution
  if (!preferred?.length) return undefined
  return normalized(candidates, ({ node }) =>
    preferred.reduce((sum, { weight, preference }) => sum + (matchesTerm(preference, node) ? weight : 0), 0),
  )
}
