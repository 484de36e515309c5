import type { Pod } from '../../apimachinery/objects.ts'
import type { Cluster, NodeInfo } from '../node-info.ts'

/** Why a pod may not run on a node. */
export interface Refusal {
  readonly reasons: readonly string[]
  /** Whether it could run there if pods of that node were gone. */
  readonly preemptible: boolean
}

/** Says for one pod, nodes in turn: what it refuses, or undefined. Made once for each attempt. */
export type Filter = (pod: Pod, cluster: Cluster) => (info: NodeInfo) => Refusal | undefined

export function refusal(reason: string, preemptible = false): Refusal {
  return { reasons: [reason], preemptible }
}
