import type { Pod } from '../../apimachinery/objects.ts'
import { type AffinityTerm, meansPod, placeOf, requiredAffinity } from '../pod-affinity-term.ts'
import type { Score } from './score.ts'

/** Prefers nodes near pods that this pod likes, and that like it. Follows the scores of InterPodAffinity. */
export const podAffinityPreference: Score = (pod, cluster, candidates) => {
  const scores = new Map<string, number>()
  for (const { node, pods } of cluster.nodes) {
    const { labels } = node.metadata
    const add = (term: AffinityTerm, owner: Pod, other: Pod, weight: number) => {
      const place = placeOf(term, labels)
      if (place !== undefined && meansPod(term, owner, other, cluster)) {
        scores.set(place, (scores.get(place) ?? 0) + weight)
      }
    }
    for (const other of pods) {
      for (const [term, weight] of preferences(pod)) add(term, pod, other, weight)
      for (const [term, weight] of preferences(other)) add(term, other, pod, weight)
      // What a running pod requires, a new one of its kind does well to keep to.
      for (const term of requiredAffinity(other)) add(term, other, pod, 1)
    }
  }
  if (scores.size === 0) return undefined
  const raw = (labels: Readonly<Record<string, string>> = {}) =>
    Object.entries(labels).reduce((sum, [key, value]) => sum + (scores.get(`${key}=${value}`) ?? 0), 0)
  const all = candidates.map(({ node }) => raw(node.metadata.labels))
  const [least, most] = [Math.min(...all), Math.max(...all)]
  return ({ node }) => (most === least ? 0 : Math.floor((100 * (raw(node.metadata.labels) - least)) / (most - least)))
}

function preferences({ spec }: Pod): [AffinityTerm, number][] {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {}
  const near = podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  const apart = podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  return [
    ...near.map(({ podAffinityTerm, weight }): [AffinityTerm, number] => [podAffinityTerm, weight]),
    ...apart.map(({ podAffinityTerm, weight }): [AffinityTerm, number] => [podAffinityTerm, -weight]),
  ]
}
