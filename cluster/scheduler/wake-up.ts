import { semanticallyEqual } from '../apimachinery/equality.ts'
import type { Node, Pod } from '../apimachinery/objects.ts'
import { isFinished } from '../apimachinery/pods.ts'
import type { Change } from '../client/informer.ts'

/** Whether a change of a node may give a place to a pod that had none. A heartbeat does not. */
export function nodeMayHelp({ last, next }: Change<Node>): boolean {
  if (!next) return false
  if (!last) return true
  return (
    !semanticallyEqual(last.status?.allocatable, next.status?.allocatable) ||
    !semanticallyEqual(last.metadata.labels, next.metadata.labels) ||
    !semanticallyEqual(last.spec?.taints, next.spec?.taints) ||
    last.spec?.unschedulable !== next.spec?.unschedulable
  )
}

/** Whether a change of a pod that has a node may help others: it is gone, done, new there, or has other labels. */
export function podMayHelp({ last, next }: Change<Pod>): boolean {
  if (!last?.spec.nodeName && !next?.spec.nodeName) return false
  if (!last || !next) return true
  if (last.spec.nodeName !== next.spec.nodeName) return true
  return isFinished(last) !== isFinished(next) || !semanticallyEqual(last.metadata.labels, next.metadata.labels)
}
