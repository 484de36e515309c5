import type * as models from '@kubernetes/client-node'
import { timestamp } from '../../apimachinery/clock.ts'
import type { Json, Lease, Node } from '../../apimachinery/objects.ts'

export type NodeCondition = Json<models.V1NodeCondition>

export function readyCondition(node: Node): NodeCondition | undefined {
  return node.status?.conditions?.find(({ type }) => type === 'Ready')
}

/** What changes whenever a kubelet reports: its lease, or the heartbeat in its status. */
export function heartbeatOf(node: Node, lease: Lease | undefined): string {
  return `${lease?.spec?.renewTime ?? ''} ${readyCondition(node)?.lastHeartbeatTime ?? ''}`
}

/** The conditions that a kubelet reports; what it does not, nobody can say any more. */
const REPORTED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']

/** The node's conditions once its kubelet is silent: all that it reported are Unknown. */
export function silentConditions(node: Node, now: number): readonly NodeCondition[] {
  const conditions = [...(node.status?.conditions ?? [])]
  for (const type of REPORTED) {
    const index = conditions.findIndex((condition) => condition.type === type)
    const present = conditions[index]
    if (!present) {
      conditions.push({
        type,
        status: 'Unknown',
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
        lastHeartbeatTime: node.metadata.creationTimestamp,
        lastTransitionTime: timestamp(now),
      })
    } else if (present.status !== 'Unknown') {
      conditions[index] = {
        ...present,
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastTransitionTime: timestamp(now),
      }
    }
  }
  return conditions
}
