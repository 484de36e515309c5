import { allowsNode } from '../node-selector.ts'
import { type Filter, refusal } from './filter.ts'

/** Refuses nodes that the pod's node selector or required node affinity does not name. Follows the plugin NodeAffinity. */
export const nodeAffinity: Filter =
  (pod) =>
  ({ node }) =>
    allowsNode(pod, node) ? undefined : refusal("node(s) didn't match Pod's node affinity/selector")
