import type { Node, Pod } from '../apimachinery/objects.ts'
import { isFinished } from '../apimachinery/pods.ts'
import { type Amounts, comparableRequestsOf, plus, requested, requestsOf } from './pod-resources.ts'

/** A node as the scheduler sees it: with the pods that run or will run there. */
export interface NodeInfo {
  readonly node: Node
  readonly pods: readonly Pod[]
  readonly allocatable: Amounts
  readonly requested: Amounts
  /** With something for containers that ask for nothing. */
  readonly comparable: Amounts
}

/** What a filter or score may look at beyond its node. */
export interface Cluster {
  readonly nodes: readonly NodeInfo[]
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>
}

/** All nodes, by name, with their pods. `nodeOf` says where a pod is, or will be once its binding is seen. */
export function nodeInfos(
  nodes: readonly Node[],
  pods: readonly Pod[],
  nodeOf: (pod: Pod) => string | undefined,
): NodeInfo[] {
  const byNode = new Map<string, Pod[]>(nodes.map((node) => [node.metadata.name, []]))
  for (const pod of pods) if (!isFinished(pod)) byNode.get(nodeOf(pod) ?? '')?.push(pod)
  const sorted = [...nodes].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  return sorted.map((node) => {
    const own = byNode.get(node.metadata.name) ?? []
    return {
      node,
      pods: own,
      allocatable: requested(node.status?.allocatable),
      requested: own.map(requestsOf).reduce(plus, new Map()),
      comparable: own.map(comparableRequestsOf).reduce(plus, new Map()),
    }
  })
}
