import type { Pod } from '../../apimachinery/objects.ts'
import type { Cluster } from '../node-info.ts'
import { type AffinityTerm, meansPod, placeOf, requiredAffinity, requiredAntiAffinity } from '../pod-affinity-term.ts'
import { type Filter, refusal } from './filter.ts'

/** Refuses nodes by which pods run near them, in three ways. Follows the plugin InterPodAffinity. */
export const interPodAffinity: Filter = (pod, cluster) => {
  const wanted = requiredAffinity(pod).map((term) => ({ term, places: placesOf(term, pod, cluster, allTerms(pod)) }))
  const unwanted = requiredAntiAffinity(pod).map((term) => ({ term, places: placesOf(term, pod, cluster, [term]) }))
  const forbidden = placesForbiddenByOthers(pod, cluster)
  // The first of a group that wants to be together may start it.
  const startsGroup =
    wanted.every(({ places }) => places.size === 0) && wanted.every(({ term }) => meansPod(term, pod, pod, cluster))

  return ({ node }) => {
    const { labels } = node.metadata
    const hasAllKeys = wanted.every(({ term }) => placeOf(term, labels) !== undefined)
    const near = wanted.every(({ term, places }) => places.has(placeOf(term, labels) ?? ''))
    if (!hasAllKeys || !(near || startsGroup)) return refusal("node(s) didn't match pod affinity rules")
    if (unwanted.some(({ term, places }) => places.has(placeOf(term, labels) ?? ''))) {
      return refusal("node(s) didn't match pod anti-affinity rules", true)
    }
    if (Object.entries(labels ?? {}).some(([key, value]) => forbidden.has(`${key}=${value}`))) {
      return refusal("node(s) didn't satisfy existing pods anti-affinity rules", true)
    }
    return undefined
  }
}

/** A pod counts for affinity only when all terms mean it. */
const allTerms = requiredAffinity

function placesOf(term: AffinityTerm, pod: Pod, cluster: Cluster, terms: readonly AffinityTerm[]): Set<string> {
  const places = new Set<string>()
  for (const { node, pods } of cluster.nodes) {
    const place = placeOf(term, node.metadata.labels)
    if (place === undefined) continue
    if (pods.some((other) => terms.every((each) => meansPod(each, pod, other, cluster)))) places.add(place)
  }
  return places
}

function placesForbiddenByOthers(pod: Pod, cluster: Cluster): Set<string> {
  const places = new Set<string>()
  for (const { node, pods } of cluster.nodes) {
    for (const other of pods) {
      for (const term of requiredAntiAffinity(other)) {
        const place = placeOf(term, node.metadata.labels)
        if (place !== undefined && meansPod(term, other, pod, cluster)) places.add(place)
      }
    }
  }
  return places
}
