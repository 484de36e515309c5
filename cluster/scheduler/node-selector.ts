import type * as models from '@kubernetes/client-node'
import { matchesLabels, matchesRequirement } from '../apimachinery/labels.ts'
import type { Json, Node, Pod } from '../apimachinery/objects.ts'

type Term = Json<models.V1NodeSelectorTerm>

/** Whether a node is one that a term of a node selector means. A term without any requirement means none. */
export function matchesTerm({ matchExpressions = [], matchFields = [] }: Term, node: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false
  const { labels, name } = node.metadata
  const fields = { 'metadata.name': name }
  return (
    matchExpressions.every((wanted) => matchesRequirement({ ...wanted, values: wanted.values ?? [] }, labels)) &&
    matchFields.every((wanted) => matchesRequirement({ ...wanted, values: wanted.values ?? [] }, fields))
  )
}

/** Whether a pod's `nodeSelector` and required node affinity allow a node. */
export function allowsNode({ spec }: Pod, node: Node): boolean {
  if (!matchesLabels(spec.nodeSelector, node.metadata.labels)) return false
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return !required || required.nodeSelectorTerms.some((term) => matchesTerm(term, node))
}
