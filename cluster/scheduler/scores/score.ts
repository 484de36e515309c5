import type { KindName, Kinds, Pod } from '../../apimachinery/objects.ts'
import type { Cluster, NodeInfo } from '../node-info.ts'

/** Reads objects that say which pods belong together. */
export type Lister = <K extends KindName>(kind: K, namespace?: string) => readonly Kinds[K][]

/** How good a node is for a pod, 0 to 100, or undefined when this score has nothing to say about the pod. */
export type Score = (
  pod: Pod,
  cluster: Cluster,
  candidates: readonly NodeInfo[],
  list: Lister,
) => ((info: NodeInfo) => number) | undefined

/** Stretches values so that the largest becomes 100. */
export function normalized(
  candidates: readonly NodeInfo[],
  value: (info: NodeInfo) => number,
  { reverse = false }: { reverse?: boolean } = {},
): (info: NodeInfo) => number {
  const largest = Math.max(0, ...candidates.map(value))
  return (info) => {
    const share = largest === 0 ? 0 : Math.floor((value(info) * 100) / largest)
    return reverse ? 100 - share : share
  }
}
