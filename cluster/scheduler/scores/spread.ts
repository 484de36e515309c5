import { matchesLabels } from '../../apimachinery/labels.ts'
import type { LabelSelector, Pod } from '../../apimachinery/objects.ts'
import type { NodeInfo } from '../node-info.ts'
import { countByDomain, type SpreadConstraint } from '../topology-spread.ts'
import type { Lister, Score } from './score.ts'

const HOSTNAME = 'kubernetes.io/hostname'
/** The cluster's own constraints for pods that have none. */
const DEFAULTS = [
  { topologyKey: HOSTNAME, maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5 },
]

/** Prefers domains with few of the pod's kind. Follows the scores of PodTopologySpread, system defaulting included. */
export const spread: Score = (pod, { nodes }, candidates, list) => {
  const own = pod.spec.topologySpreadConstraints ?? []
  const soft = own.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway')
  const constraints = own.length > 0 ? soft : defaultsFor(pod, list)
  if (constraints.length === 0) return undefined
  const mustHaveAll = own.length > 0
  const hasKeys = ({ node }: NodeInfo) =>
    !mustHaveAll || constraints.every(({ topologyKey }) => node.metadata.labels?.[topologyKey] !== undefined)

  const weighed = constraints.map((constraint) => {
    const counts = countByDomain(pod, constraint, nodes.filter(hasKeys))
    const domains = new Set(candidates.map(({ node }) => node.metadata.labels?.[constraint.topologyKey]))
    const size = constraint.topologyKey === HOSTNAME ? candidates.length : domains.size
    return { constraint, counts, weight: Math.log(size + 2) }
  })
  const raw = (info: NodeInfo) => {
    let sum = 0
    for (const { constraint, counts, weight } of weighed) {
      const domain = info.node.metadata.labels?.[constraint.topologyKey]
      if (domain !== undefined) sum += (counts.get(domain) ?? 0) * weight + constraint.maxSkew - 1
    }
    return Math.round(sum)
  }
  const scored = candidates.filter(hasKeys).map(raw)
  const [least, most] = [Math.min(...scored), Math.max(...scored)]
  return (info) => {
    if (!hasKeys(info)) return 0
    return most === 0 ? 100 : Math.floor((100 * (most + least - raw(info))) / most)
  }
}

function defaultsFor(pod: Pod, list: Lister): SpreadConstraint[] {
  const labelSelector = kinOf(pod, list)
  if (!labelSelector) return []
  return DEFAULTS.map((constraint) => ({ ...constraint, whenUnsatisfiable: 'ScheduleAnyway', labelSelector }))
}

/** What the pod's services and its ReplicaSet select, all together: its kin. */
function kinOf(pod: Pod, list: Lister): LabelSelector | undefined {
  const { namespace, labels } = pod.metadata
  const selectors = list('v1 Service', namespace)
    .map(({ spec }) => spec.selector)
    .filter((selector) => selector && Object.keys(selector).length > 0 && matchesLabels(selector, labels))
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller)
  const set = list('apps/v1 ReplicaSet', namespace).find(({ metadata }) => metadata.uid === owner?.uid)
  if (selectors.length === 0 && !set) return undefined
  const { matchLabels, matchExpressions = [] } = set?.spec.selector ?? {}
  return { matchLabels: Object.assign({}, ...selectors, matchLabels), matchExpressions }
}
