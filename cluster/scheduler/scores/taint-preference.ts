import { tolerates } from '../../apimachinery/taints.ts'
import { normalized, type Score } from './score.ts'

/** Avoids nodes with PreferNoSchedule taints that the pod does not tolerate. Follows TaintToleration. */
export const taintPreference: Score = (pod, _cluster, candidates) => {
  const tolerations = (pod.spec.tolerations ?? []).filter(({ effect }) => !effect || effect === 'PreferNoSchedule')
  return normalized(
    candidates,
    ({ node }) =>
      (node.spec?.taints ?? []).filter(
        (taint) =>
          taint.effect === 'PreferNoSchedule' && !tolerations.some((toleration) => tolerates(toleration, taint)),
      ).length,
    { reverse: true },
  )
}
