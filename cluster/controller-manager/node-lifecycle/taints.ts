import { timestamp } from '../../apimachinery/clock.ts'
import type { Node, Taint } from '../../apimachinery/objects.ts'
import { readyCondition } from './health.ts'

export const NOT_READY = 'node.kubernetes.io/not-ready'
export const UNREACHABLE = 'node.kubernetes.io/unreachable'
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable'

/** The taint that a condition of this status puts on its node. */
const BY_CONDITION: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: NOT_READY, Unknown: UNREACHABLE },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
}
const OWN = new Set([UNSCHEDULABLE, ...Object.values(BY_CONDITION).flatMap((taints) => Object.values(taints))])

/** What a cluster in this state does about the pods of its lost nodes. */
export type Evictions =
  /** They are evicted. */
  | 'normal'
  /** Too many nodes are lost: no further one is emptied. */
  | 'halted'
  /** All nodes are lost, so it is more likely that the control plane is cut off: none is emptied. */
  | 'off'

/** Follows ComputeZoneState and the eviction rates of a cluster of up to 50 nodes. */
export function evictionsOf(nodes: readonly Node[]): Evictions {
  const lost = nodes.filter((node) => readyCondition(node)?.status !== 'True').length
  if (nodes.length > 0 && lost === nodes.length) return 'off'
  return lost > 2 && lost / nodes.length >= 0.55 ? 'halted' : 'normal'
}

/**
 * The taints that a node should have: those that its conditions ask for, and what others have put there. Undefined when it
 * has them.
 */
export function wantedTaints(node: Node, evictions: Evictions, now: number): Taint[] | undefined {
  const present = node.spec?.taints ?? []
  const wanted = [...noSchedule(node), ...noExecute(node, present, evictions)]
  const isOwn = ({ key, effect }: Taint) =>
    effect === 'NoExecute' ? key === NOT_READY || key === UNREACHABLE : effect === 'NoSchedule' && OWN.has(key)
  const added = wanted.filter((taint) => !present.some((other) => same(taint, other)))
  const kept = present.filter((taint) => !isOwn(taint) || wanted.some((other) => same(taint, other)))
  if (added.length === 0 && kept.length === present.length) return undefined
  return [...kept, ...added.map((taint) => ({ ...taint, timeAdded: timestamp(now) }))]
}

function noSchedule({ spec, status }: Node): Taint[] {
  const keys = (status?.conditions ?? []).flatMap(({ type, status }) => BY_CONDITION[type]?.[status] ?? [])
  if (spec?.unschedulable) keys.push(UNSCHEDULABLE)
  return keys.map((key) => ({ key, effect: 'NoSchedule' }))
}

function noExecute(node: Node, present: readonly Taint[], evictions: Evictions): Taint[] {
  const ready = readyCondition(node)
  const key = ready && BY_CONDITION.Ready?.[ready.status]
  if (!key || evictions === 'off') return []
  const tainted = present.some(
    (taint) => taint.effect === 'NoExecute' && (taint.key === NOT_READY || taint.key === UNREACHABLE),
  )
  return evictions === 'normal' || tainted ? [{ key, effect: 'NoExecute' }] : []
}

function same(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect
}
