import { timestamp } from '../../apimachinery/clock.ts'
import { isNotFound } from '../../apimachinery/errors.ts'
import type { Node } from '../../apimachinery/objects.ts'
import { isReady } from '../../apimachinery/pods.ts'
import { type Context, type Controller, controller, watching } from '../../client/controller.ts'
import type { ClockJump } from './clock-jump.ts'
import { heartbeatOf, readyCondition, silentConditions } from './health.ts'
import { evictionsOf, wantedTaints } from './taints.ts'

/** How often each node is looked at. Clock ms. */
const MONITOR_MS = 5_000
/** A node that reported once may be silent for this long; one that never did, for the longer time. As Kubernetes 1.34. */
const GRACE_MS = 50_000
const STARTUP_GRACE_MS = 60_000
const LEASES = 'kube-node-lease'

interface Seen {
  readonly uid: string
  heartbeat: string
  /** When the heartbeat was last seen to change: the manager's own clock, not the node's. */
  at: number
}

/**
 * Notices nodes that are silent: their conditions become Unknown, their pods not ready, and taints keep new pods off and (by
 * the taint eviction controller) move theirs away. Follows pkg/controller/nodelifecycle.
 */
export function nodeLifecycleController(jump: ClockJump): Controller {
  const seen = new Map<string, Seen>()

  return controller('node-controller', {
    for: 'v1 Node',
    watches: [
      watching('coordination.k8s.io/v1 Lease', ({ metadata }) =>
        metadata.namespace === LEASES ? [metadata.name] : [],
      ),
    ],
    reads: ['v1 Pod'],
    async reconcile(name, context) {
      const { cache, clock, events, requeueAfter } = context
      const node = cache.get('v1 Node', name)
      const last = seen.get(name)
      if (last && last.uid !== node?.metadata.uid) {
        seen.delete(name)
        tell(name, last.uid, 'RemovingNode', `Removing Node ${name} from Controller`)
      }
      if (!node) return
      requeueAfter(MONITOR_MS)
      if (!seen.has(name)) tell(name, node.metadata.uid, 'RegisteredNode', `Registered Node ${name} in Controller`)

      const silence = silenceOf(node, context)
      const grace = readyCondition(node) ? GRACE_MS : STARTUP_GRACE_MS
      const current = silence > grace ? await markSilent(node, context) : node
      if (readyCondition(current)?.status === 'Unknown') await markPodsNotReady(current, context)

      const nodes = cache.list('v1 Node').map((other) => (other.metadata.name === name ? current : other))
      const taints = wantedTaints(current, evictionsOf(nodes), clock.now())
      if (!taints) return
      const { resourceVersion } = current.metadata
      const body = { metadata: { resourceVersion }, spec: { taints } }
      await context.api.patch('v1 Node', { name }, { type: 'merge', body })

      function tell(node: string, uid: string, reason: string, text: string): void {
        const involved = { apiVersion: 'v1', kind: 'Node', metadata: { name: node, uid } }
        events.record(involved, 'Normal', reason, `Node ${node} event: ${text}`)
      }
    },
  })

  /** For how many clock ms the node's kubelet has not been heard. */
  function silenceOf(node: Node, { cache, clock }: Context): number {
    const { name, uid } = node.metadata
    const heartbeat = heartbeatOf(node, cache.get('coordination.k8s.io/v1 Lease', `${LEASES}/${name}`))
    const last = seen.get(name) ?? { uid, heartbeat, at: clock.now() }
    seen.set(name, last)
    if (last.heartbeat !== heartbeat) {
      last.heartbeat = heartbeat
      last.at = clock.now()
    }
    last.at = Math.max(last.at, jump.since(clock))
    return clock.since(last.at)
  }
}

/** Sets the node's conditions to Unknown; returns the node as it is then. */
async function markSilent(node: Node, { api, clock, events }: Context): Promise<Node> {
  const before = readyCondition(node)
  if (before?.status === 'Unknown') return node
  const { name, uid } = node.metadata
  const status = { ...node.status, conditions: [...silentConditions(node, clock.now())] }
  const marked = await api.update('v1 Node', { ...node, status }, { subresource: 'status' })
  if (before?.status === 'True') {
    const involved = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid } }
    events.record(involved, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`)
  }
  return marked
}

/** Services must not send anything to pods of a node that nobody hears. */
async function markPodsNotReady(node: Node, { api, cache, clock, events }: Context): Promise<void> {
  for (const pod of cache.list('v1 Pod')) {
    if (pod.spec.nodeName !== node.metadata.name || !isReady(pod)) continue
    const conditions = (pod.status.conditions ?? []).map((condition) =>
      condition.type === 'Ready'
        ? { ...condition, status: 'False', lastTransitionTime: timestamp(clock.now()) }
        : condition,
    )
    try {
      await api.update('v1 Pod', { ...pod, status: { ...pod.status, conditions } }, { subresource: 'status' })
      events.record(pod, 'Warning', 'NodeNotReady', 'Node is not ready')
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
}
