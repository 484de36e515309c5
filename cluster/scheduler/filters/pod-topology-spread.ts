import { countByDomain, countsItself, type SpreadConstraint } from '../topology-spread.ts'
import { type Filter, refusal } from './filter.ts'

const NO_MATCH = "node(s) didn't match pod topology spread constraints"

/** Refuses nodes whose domain would have too many of the pod's kind. Follows the plugin PodTopologySpread. */
export const podTopologySpread: Filter = (pod, { nodes }) => {
  const constraints = (pod.spec.topologySpreadConstraints ?? []).filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
  )
  const keys = constraints.map(({ topologyKey }) => topologyKey)
  // A node that lacks the key of one constraint counts for none.
  const eligible = nodes.filter(({ node }) => keys.every((key) => node.metadata.labels?.[key] !== undefined))
  const checks = constraints.map((constraint) => {
    const counts = countByDomain(pod, constraint, eligible)
    return { constraint, counts, least: leastCount(constraint, counts), self: countsItself(pod, constraint) ? 1 : 0 }
  })
  return ({ node }) => {
    for (const { constraint, counts, least, self } of checks) {
      const domain = node.metadata.labels?.[constraint.topologyKey]
      if (domain === undefined) return refusal(`${NO_MATCH} (missing required label)`)
      if ((counts.get(domain) ?? 0) + self - least > constraint.maxSkew) return refusal(NO_MATCH, true)
    }
    return undefined
  }
}

/** The smallest count of a domain; 0 while there are fewer domains than `minDomains`. */
function leastCount({ minDomains = 1 }: SpreadConstraint, counts: ReadonlyMap<string, number>): number {
  if (counts.size < minDomains) return 0
  return counts.size > 0 ? Math.min(...counts.values()) : 0
}
