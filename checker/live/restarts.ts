import type { Pod } from '../../cluster/apimachinery/objects.ts'
import { resourceOf } from '../cluster/objects.ts'
import type { Deed } from './disturbance.ts'
import { type HealingTime, healingTime } from './healing-time.ts'
import type { Live, Probe, Reference } from './live.ts'
import { missed, passed, Settled, untried } from './outcome.ts'
import { restartsOf, withOwnPod } from './own-pod.ts'
import { isReady, podEvidence, warningEvents } from './pod-evidence.ts'
import { podsOf } from './pods-of.ts'
import { duration } from './waiting.ts'

interface Restart {
  readonly by: Deed
  /** Seconds. */
  readonly within?: number
}

/** For the container to start and for the machine to be busy: the demand is about what the learner's numbers say. Seconds. */
const LEEWAY = 3
/** Without a liveness probe to wait for. Seconds. */
const LOOK_ON = 10

/** After the deed the container is started again in the same pod: same UID, one restart more, ready. */
export function restartsInPlace(reference: Reference, { by, within = 60 }: Restart): Probe {
  return (live) =>
    withOwnPod(
      live,
      reference,
      async (pod) => {
        const { found, after } = await restartAfter(live, reference, pod, by, within)
        if (!found) return await neverRestarted(live, pod, after)
        return passed(
          `${found.metadata.name}: same pod, ${restartsOf(pod)} → ${restartsOf(found)} restarts, ready after ${after}`,
        )
      },
      { rested: true },
    )
}

/**
 * After the deed (a hang) the kubelet's liveness probe fails and the container is started again, within so many seconds, whenever it
 * hangs: numbers that hold only when the hang comes at a lucky moment are told by their sum, and nothing is tried.
 */
export function killedByProbe(reference: Reference, { by, within = 60 }: Restart): Probe {
  return (live) =>
    withOwnPod(
      live,
      reference,
      async (pod) => {
        const name = pod.metadata.name
        const time = healingOf(pod)
        if (time && time.most > within) {
          const params = { least: time.least, most: time.most, allowed: `${within} s` }
          return missed('live-heals-late', params, [`at the worst moment: ${time.sum}`])
        }
        // a late restart is told from none: the learner sees by how much
        const { found, ms, after } = await restartAfter(live, reference, pod, by, within * 2)
        if (!found) return await neverRestarted(live, pod, after)
        if (ms > (within + LEEWAY) * 1000) {
          const params = { pod: name, after, allowed: `${within} s` }
          return missed('live-restarted-late', params, await probeEvidence(live, found))
        }
        return passed(`${name}: found by its probe, ready again after ${after}`, await warningEvents(live, name, 1))
      },
      { rested: true },
    )
}

interface Quiet {
  readonly by: Deed
  /** Done afterwards, whatever came of it. */
  readonly undo?: Deed
  /** Seconds to look on; left out: until a liveness probe that fails from now on would have led to a restart. */
  readonly during?: number
  /** Not tried when a liveness probe would need longer than this to be noticed: another check misses such a probe. Seconds. */
  readonly patience?: number
  /** Whether the pod must have become unready by it: otherwise the deed proves nothing. */
  readonly unready?: boolean
}

/** After the deed nothing is restarted, for as long as one looks. */
export function notRestarted(reference: Reference, { by, undo, during, patience = 60, unready = false }: Quiet): Probe {
  return (live) =>
    withOwnPod(live, reference, async (pod) => {
      const name = pod.metadata.name
      const time = healingOf(pod)
      if (during === undefined && time && time.noticed > patience) {
        return untried(`by its numbers a restart would come only after ${time.noticed} s`)
      }
      const seconds = during ?? (time ? time.noticed + LEEWAY : LOOK_ON)
      let wasUnready = false
      try {
        await by.doTo(live, pod)
        const start = live.waiting.clock.now()
        const restarted = await live.waiting.until(
          `${name} is left alone after ${by.title}`,
          async () => {
            const now = await samePod(live, reference, pod)
            if (!isReady(now)) wasUnready = true
            if (restartsOf(now) > restartsOf(pod)) return now
            if (live.waiting.since(start) >= seconds * 1000) return now
            return undefined
          },
          seconds * 1000 + 1_000,
        )
        if (restarted && restartsOf(restarted) > restartsOf(pod)) {
          const count = restartsOf(restarted) - restartsOf(pod)
          return missed('live-restarted', { pod: name, count }, await warningEvents(live, name))
        }
        if (unready && !wasUnready)
          return missed('live-phase', { pod: name, found: 'ready all the time', wanted: 'unready' })
        return passed(`${name}: ${wasUnready ? 'not ready, and ' : ''}not restarted for ${seconds} s`)
      } finally {
        await undo?.doTo(live, pod).catch(() => {})
      }
    })
}

/** Of the container that has a liveness probe. */
function healingOf(pod: Pod): HealingTime | undefined {
  const container = pod.spec.containers.find(({ livenessProbe }) => livenessProbe)
  return container && healingTime(pod, container)
}

async function restartAfter(live: Live, reference: Reference, pod: Pod, by: Deed, within: number) {
  const start = live.waiting.clock.now()
  await by.doTo(live, pod)
  const found = await live.waiting.until(
    `${pod.metadata.name} is started again after ${by.title}`,
    async () => {
      const now = await samePod(live, reference, pod)
      return restartsOf(now) > restartsOf(pod) && isReady(now) ? now : undefined
    },
    within * 1000,
  )
  const ms = live.waiting.since(start)
  return { found, ms, after: duration(ms) }
}

/** The pod as it is now; ends the check when another one took its place. */
async function samePod(live: Live, reference: Reference, pod: Pod): Promise<Pod> {
  const { name, uid } = pod.metadata
  const now = (await live.objects.read(resourceOf('v1 Pod'), live.namespace, name)) as Pod | undefined
  if (now && now.metadata.uid === uid && !now.metadata.deletionTimestamp) return now
  const others = await podsOf(live, reference)
  const by = others.find(({ metadata }) => metadata.uid !== uid)?.metadata.name ?? 'nobody'
  throw new Settled(missed('live-pod-replaced', { pod: name, by }))
}

async function neverRestarted(live: Live, pod: Pod, after: string) {
  const [now] = (await live.objects.list('v1 Pod', live.namespace)).filter(
    ({ metadata }) => metadata.uid === pod.metadata.uid,
  )
  const evidence = now ? [...(await podEvidence(live, [now])), ...(await probeEvidence(live, now))] : []
  return missed('live-not-restarted', { pod: pod.metadata.name, after }, [...new Set(evidence)])
}

/** What the kubelet was told to ask, and what it said. */
async function probeEvidence(live: Live, pod: Pod): Promise<string[]> {
  const asked = pod.spec.containers.flatMap(({ name, livenessProbe: probe }) => {
    if (!probe) return [`container ${name} has no liveness probe: the kubelet asks nothing`]
    const what = probe.httpGet
      ? `GET ${probe.httpGet.path} at ${probe.httpGet.port}`
      : probe.tcpSocket
        ? 'a TCP connection'
        : 'a command'
    const sum = `every ${probe.periodSeconds} s, ${probe.timeoutSeconds} s to answer, ${probe.failureThreshold} failures`
    return [
      `container ${name} is asked: ${what}, ${sum}; then it has ${pod.spec.terminationGracePeriodSeconds} s to end`,
    ]
  })
  return [...asked, ...(await warningEvents(live, pod.metadata.name))]
}
