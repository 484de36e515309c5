import type * as models from '@kubernetes/client-node'
import { matchesSelector } from '../apimachinery/labels.ts'
import type { Json, LabelSelector, Node, Pod } from '../apimachinery/objects.ts'
import { untolerated } from '../apimachinery/taints.ts'
import type { NodeInfo } from './node-info.ts'
import { allowsNode } from './node-selector.ts'

export type SpreadConstraint = Json<models.V1TopologySpreadConstraint>

/** Which pods of the constraint's own count: those that its selector, and the pod's values for its label keys, match. */
function selectorOf(pod: Pod, { labelSelector, matchLabelKeys = [] }: SpreadConstraint): LabelSelector | undefined {
  if (!labelSelector) return undefined
  const { labels = {} } = pod.metadata
  const own = matchLabelKeys.filter((key) => Object.hasOwn(labels, key))
  const required = own.map((key) => ({ key, operator: 'In', values: [labels[key] as string] }))
  return { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...required] }
}

/** How many matching pods each domain (value of the topology key) has, over the nodes that the constraint looks at. */
export function countByDomain(
  pod: Pod,
  constraint: SpreadConstraint,
  nodes: readonly NodeInfo[],
): ReadonlyMap<string, number> {
  const selector = selectorOf(pod, constraint)
  const counts = new Map<string, number>()
  for (const { node, pods } of nodes) {
    const domain = node.metadata.labels?.[constraint.topologyKey]
    if (domain === undefined || !isLookedAt(pod, constraint, node)) continue
    const matching = pods.filter(
      (other) =>
        other.metadata.namespace === pod.metadata.namespace &&
        !other.metadata.deletionTimestamp &&
        matchesSelector(selector, other.metadata.labels),
    )
    counts.set(domain, (counts.get(domain) ?? 0) + matching.length)
  }
  return counts
}

/** Whether the pod counts for its own constraint. */
export function countsItself(pod: Pod, constraint: SpreadConstraint): boolean {
  return matchesSelector(selectorOf(pod, constraint), pod.metadata.labels)
}

function isLookedAt(pod: Pod, constraint: SpreadConstraint, node: Node): boolean {
  const { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = constraint
  if (nodeAffinityPolicy === 'Honor' && !allowsNode(pod, node)) return false
  if (nodeTaintsPolicy === 'Ignore') return true
  return !untolerated(node.spec?.taints, pod.spec.tolerations, ['NoSchedule', 'NoExecute'])
}
