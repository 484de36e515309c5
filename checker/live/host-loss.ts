import type { Node, Pod } from '../../cluster/apimachinery/objects.ts'
import type { Stopped } from '../cluster/cluster.ts'
import { ClusterFault } from '../cluster/cluster-fault.ts'
import { finding } from '../messages/catalogue.ts'
import { takesPods } from './kept-apart.ts'
import type { Live, Reference } from './live.ts'
import { missed, Settled, untried } from './outcome.ts'
import { isReady, podEvidence, stuckReason } from './pod-evidence.ts'
import { deploymentOf, podsOf } from './pods-of.ts'
import { openDoor } from './reachable.ts'
import { RestartOnly } from './restart-only.ts'
import { type Sent, Traffic } from './traffic.ts'

export interface HostLossPlan {
  readonly deployment: Reference
  readonly service: Reference
  /** A manifest of copies that nobody but the kubelet of one host looks after: they are bound to the host that is lost. */
  readonly alone: { readonly folder: string; readonly file: string; readonly service: Reference }
  /** Requests to each of the two Services. */
  readonly perSecond: number
  /** How many times as fast the control plane's clock goes meanwhile. */
  readonly speed: number
  /** For how long a pod may stay bound to a lost host. Seconds of the control plane's clock. */
  readonly within: number
}

/** What was measured while a host was lost. Milliseconds of real time. */
export interface HostLoss {
  readonly host: string
  readonly speed: number
  /** Until a copy of `alone` whose container crashed was ready again; undefined when it was not. */
  readonly crashHealed: number | undefined
  /** Every request to the Deployment's Service while the host was away. */
  readonly sent: readonly Sent[]
  readonly via: string
  /** As long as `sent`, to the copies that are bound to the host. */
  readonly sentAlone: readonly Sent[]
  /** When the host was lost, and when the last request of `sent` was sent. */
  readonly lostAt: number
  readonly until: number
  /** Until the node was said to be not ready; undefined when it was not. */
  readonly noticed: number | undefined
  /** Until so many pods were ready on other hosts; undefined when they were not. */
  readonly replaced: number | undefined
  readonly ready: number
  readonly wanted: number
  /** Why pods were not replaced. */
  readonly why: readonly string[]
}

/** Before and after, so that what is counted was caused by the loss. Milliseconds. */
const BEFORE_MS = 600
const AFTER_MS = 1_000
/** Kubernetes 1.34 waits 50 s for a silent node, and looks every 5 s; kubelets report every 10 s. Clock ms. */
const NOTICED_MS = 70_000
/** What does not go faster with the clock: watches, a pod's start, a busy machine. Milliseconds. */
const SLACK_MS = 25_000
/** A pod that finds no node for so long finds none. Milliseconds. */
const UNSCHEDULABLE_MS = 2_500
const BACK_MS = 30_000
/** A busy machine is no lost request. Milliseconds. */
const PATIENCE_MS = 8_000

/**
 * A host is lost, with its kubelet and its containers, under steady traffic to a Deployment over several hosts and to copies on that host
 * alone. The one with most of the Deployment's pods is taken. In the end it is back, and the clock goes as before. Ends the check where
 * no host can be stopped.
 */
export async function runHostLoss(live: Live, plan: HostLossPlan): Promise<HostLoss> {
  if (!live.abilities.canStopNode) throw new Settled(untried('not tried on this cluster: no host is stopped here'))
  const host = await busiestHost(live, plan)
  const alone = await RestartOnly.begin(live, plan.alone, host)
  try {
    const crashHealed = await alone.healsCrash()
    return { ...(await lose(live, plan, host)), crashHealed }
  } finally {
    await alone.remove()
  }
}

/** The host with most ready pods, when there is another one. */
async function busiestHost(live: Live, { deployment }: HostLossPlan): Promise<string> {
  const all = await live.objects.list('v1 Node')
  const nodes = all.filter(takesPods)
  const cordoned = all.filter(({ spec }) => spec?.unschedulable).map(({ metadata }) => metadata.name)
  if (nodes.length < 2 && cordoned.length > 0) {
    const more = [`Let them take pods again:  kubectl uncordon ${cordoned.join(' ')}`]
    throw new ClusterFault(finding('hosts-cordoned', { hosts: cordoned.join(', ') }, { more }))
  }
  if (nodes.length < 2) throw new Settled(untried('not tried on this cluster: it has one host only'))
  const pods = (await podsOf(live, deployment)).filter(isReady)
  const counts = nodes.map(({ metadata: { name } }) => ({ name, count: pods.filter(isOn(name)).length }))
  const [first] = counts.sort((a, b) => b.count - a.count)
  if (!first?.count) throw new Settled(missed('live-no-pods', { what: deployment }))
  return first.name
}

async function lose(live: Live, plan: HostLossPlan, host: string): Promise<Omit<HostLoss, 'crashHealed'>> {
  const { waiting, abilities, objects } = live
  const { clock } = waiting
  const speed = abilities.canHurry ? plan.speed : 1
  const wanted = (await deploymentOf(live, plan.deployment)).spec.replicas ?? 1
  const { door } = await openDoor(live, plan.service)
  const { door: aloneDoor } = await openDoor(live, plan.alone.service)
  const steady = { path: '/', perSecond: plan.perSecond, patienceMs: PATIENCE_MS }
  const traffic = new Traffic(door, { ...steady, service: plan.service }, clock)
  const aloneTraffic = new Traffic(aloneDoor, { ...steady, service: plan.alone.service }, clock)
  const elsewhere = async () => {
    const pods = await podsOf(live, plan.deployment)
    return { pods, ready: pods.filter((pod) => isReady(pod) && !isOn(host)(pod)).length }
  }
  let stopped: Stopped | undefined
  let slower: (() => void) | undefined
  try {
    await waiting.pass('traffic before', BEFORE_MS)
    slower = await abilities.canHurry?.(speed)
    const lostAt = clock.now()
    stopped = await abilities.canStopNode?.(host)
    const notReady = async () => (isNodeReady(await objects.get('v1 Node', undefined, host)) ? undefined : true)
    const seen = await waiting.until(`${host} is found to be lost`, notReady, NOTICED_MS / speed + SLACK_MS)
    const noticed = seen && waiting.since(lostAt)
    let stuckSince: number | undefined
    const whole = await waiting.until(
      `${wanted} pods are ready on other hosts`,
      async () => {
        const { pods, ready } = await elsewhere()
        if (ready >= wanted) return true
        const stuck = pods.some((pod) => stuckReason(pod) === 'Unschedulable')
        stuckSince = stuck ? (stuckSince ?? clock.now()) : undefined
        return stuckSince !== undefined && waiting.since(stuckSince) > UNSCHEDULABLE_MS ? false : undefined
      },
      (plan.within * 1000) / speed + SLACK_MS,
    )
    const replaced = whole ? waiting.since(lostAt) : undefined
    await waiting.pass('traffic after', AFTER_MS)
    const until = clock.now()
    const { pods, ready } = await elsewhere()
    const bound = pods.filter(isOn(host)).length
    const why = whole
      ? []
      : [
          ...(bound > 0 ? [`still bound to ${host}: ${bound} of ${wanted} pods`] : []),
          ...(await podEvidence(
            live,
            pods.filter((pod) => !isOn(host)(pod)),
          )),
        ]
    const since = async (all: Promise<readonly Sent[]>) => (await all).filter(({ at }) => at >= lostAt)
    const [sent, sentAlone] = await Promise.all([since(traffic.stop()), since(aloneTraffic.stop())])
    return { host, speed, sent, via: door.via, sentAlone, lostAt, until, noticed, replaced, ready, wanted, why }
  } finally {
    await Promise.allSettled([traffic.stop(), aloneTraffic.stop()])
    try {
      await stopped?.start()
      const back = async () => {
        const node = await objects.get('v1 Node', undefined, host)
        return node && takesPods(node) ? true : undefined
      }
      if (stopped) await waiting.until(`${host} is back`, back, BACK_MS)
    } finally {
      // also when the check is interrupted, and the program goes on
      slower?.()
    }
  }
}

function isNodeReady(node: Node | undefined): boolean {
  return node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
}

function isOn(host: string): (pod: Pod) => boolean {
  return ({ spec }) => spec.nodeName === host
}
