import type { Pod } from '../../cluster/apimachinery/objects.ts'
import type { Deed } from './disturbance.ts'
import { endpointsOf } from './endpoints.ts'
import { healingTime } from './healing-time.ts'
import type { Live, Probe, Reference } from './live.ts'
import { missed, type Outcome, passed } from './outcome.ts'
import { restartsOf, withOwnPod } from './own-pod.ts'
import { warningEvents } from './pod-evidence.ts'
import { openDoor } from './reachable.ts'
import { isAnswered } from './reply.ts'
import { lostOf, type Sent, Traffic } from './traffic.ts'
import { duration } from './waiting.ts'

interface Unready {
  readonly service: Reference
  /** Makes a server say that it is not ready, and that it is again. */
  readonly by: Deed
  readonly undo: Deed
  /** Seconds from the deed until its pod gets nothing more, and from the undoing until it gets its share again. */
  readonly within: number
  readonly requests?: number
  readonly perSecond?: number
}

/** A node learns of a changed list of endpoints later than the API: kube-proxy gathers changes for a second. Milliseconds. */
const NODES_LEARN_MS = 3_000
const PATIENCE_MS = 8_000
const UNPROBED_MS = 3_000
/** A liveness probe that is slower than this is not waited for. Milliseconds. */
const MOST_LOOKING_MS = 20_000
/** A busy machine. Milliseconds. */
const LEEWAY_MS = 1_000

/** A server that says that it is not ready gets no request and is not restarted; once it is ready again it is asked again. */
export function unreadyGetsNothing(deployment: Reference, options: Unready): Probe {
  const { service, by, undo, within, requests = 30, perSecond = 20 } = options
  return (live) =>
    withOwnPod(live, deployment, async (pod): Promise<Outcome> => {
      const { waiting } = live
      const { name } = pod.metadata
      const slow = tooSlow(pod, within)
      if (slow) return missed(slow.code, { ...slow.params, allowed: `${within} s` }, await readinessOf(live, pod))
      const probed = pod.spec.containers.some(({ readinessProbe }) => readinessProbe)
      const isListed = async () => (await endpointsOf(live, service)).some((each) => each.pod === name && each.ready)
      const { door } = await openDoor(live, service)
      const traffic = { service, path: '/', perSecond, patienceMs: PATIENCE_MS }
      const condemned = await restartsOrdered(live, pod)
      const start = waiting.clock.now()
      try {
        await by.doTo(live, pod)
        const off = await waiting.until(
          `${name} is off the list after ${by.title}`,
          async () => ((await isListed()) ? undefined : true),
          // nobody asks a pod without a readiness probe: it stays on the list for ever
          probed ? within * 1000 + LEEWAY_MS : UNPROBED_MS,
        )
        const after = duration(waiting.since(start))
        if (!off) return missed('unready-still-asked', { pod: name, after }, await readinessOf(live, pod))
        const learnt = waiting.clock.now() + NODES_LEARN_MS
        const sender = new Traffic(door, traffic, waiting.clock)
        const others = () => sinceItAnswered(sender.replied, name)
        await waiting
          .until(
            `${requests} requests in a row go to others`,
            async () => (others().length >= requests ? true : undefined),
            NODES_LEARN_MS + (requests * 1000) / perSecond,
          )
          .finally(() => sender.stop())
        const sent = await sender.stop()
        const late = sent.filter(({ at }) => at > learnt)
        const count = late.filter((each) => isFrom(each, name)).length
        if (count > 0)
          return missed('unready-asked', { pod: name, count, sent: late.length }, await readinessOf(live, pod))
        if (lostOf(sent).length > 0) return missed('live-lost', { lost: lostOf(sent).length, sent: sent.length })
        const restarted = (await restartsMeanwhile(live, pod, start, condemned)) - condemned
        if (restarted > 0)
          return missed('live-restarted', { pod: name, count: restarted }, await warningEvents(live, name))
        await undo.doTo(live, pod)
        const back = await waiting.until(
          `${name} is on the list again`,
          async () => ((await isListed()) ? true : undefined),
          within * 1000 + LEEWAY_MS,
        )
        if (!back) return missed('unready-not-back', { pod: name, after: `${within} s` }, await readinessOf(live, pod))
        return passed(`off the list after ${after}, then 0 of ${others().length} requests; 0 restarts`, [
          `${name} said that it was not ready; the others answered`,
        ])
      } finally {
        await undo.doTo(live, pod).catch(() => {})
      }
    })
}

function isFrom({ reply }: Sent, pod: string): boolean {
  return isAnswered(reply) && reply.text.includes(pod)
}

/** What was sent after the last request that this pod answered. */
function sinceItAnswered(sent: readonly Sent[], pod: string): readonly Sent[] {
  const last = Math.max(...sent.filter((each) => isFrom(each, pod)).map(({ at }) => at))
  return sent.filter(({ at }) => at > last)
}

/** Numbers that hold only when the deed comes at a lucky moment: told by their sum, and nothing is tried. */
function tooSlow({ spec }: Pod, within: number) {
  // one that never notices shows itself; more than one container: each has to be ready, so the fastest takes the pod off
  const probes = spec.containers.flatMap(({ readinessProbe }) => (readinessProbe ? [readinessProbe] : []))
  if (probes.length === 0) return undefined
  const sums = (failures: boolean) =>
    probes.map(({ periodSeconds = 10, failureThreshold = 3, successThreshold = 1 }) => {
      const count = failures ? failureThreshold : successThreshold
      return { most: count * periodSeconds, sum: `${count} × ${periodSeconds} s` }
    })
  const [off] = sums(true).sort((a, b) => a.most - b.most)
  const [back] = sums(false).sort((a, b) => b.most - a.most)
  if (off && off.most > within) return { code: 'unready-late', params: off } as const
  return back && back.most > within ? ({ code: 'unready-back-late', params: back } as const) : undefined
}

/** Waits until a liveness probe that fails since `start` would have led to a restart; gives how often one was ordered, ever. */
async function restartsMeanwhile(live: Live, pod: Pod, start: number, before: number): Promise<number> {
  const container = pod.spec.containers.find(({ livenessProbe }) => livenessProbe)
  const time = container && healingTime(pod, container)
  const left = Math.max(0, start + ((time?.noticed ?? 0) + 1) * 1000 - live.waiting.clock.now())
  let now = before
  await live.waiting.until(
    `${pod.metadata.name} is left alone`,
    async () => {
      now = await restartsOrdered(live, pod)
      return now > before ? true : undefined
    },
    Math.min(left, MOST_LOOKING_MS),
  )
  return now
}

/** The restart itself comes after the container's preStop hook and its grace period; that it was ordered is an event, at once. */
async function restartsOrdered(live: Live, { metadata: { name } }: Pod): Promise<number> {
  const pod = await live.objects.get('v1 Pod', live.namespace, name)
  const events = await live.objects.list('v1 Event', live.namespace, { fields: `involvedObject.name=${name}` })
  const ordered = events
    .filter(({ reason, message = '' }) => reason === 'Killing' && message.includes('failed liveness probe'))
    .reduce((sum, { count }) => sum + (count ?? 1), 0)
  return Math.max(ordered, pod ? restartsOf(pod) : 0)
}

/** What the kubelet was told to ask, for somebody whose pod stays on the list. */
async function readinessOf(live: Live, { metadata, spec }: Pod): Promise<string[]> {
  const asked = spec.containers.map(({ name, readinessProbe: probe }) => {
    if (!probe) return `container ${name} has no readiness probe: it counts as ready while it runs`
    const { httpGet, tcpSocket, periodSeconds: period = 10, failureThreshold: failures = 3 } = probe
    const what = httpGet
      ? `GET ${httpGet.path ?? '/'} at ${httpGet.port}`
      : tcpSocket
        ? 'for a TCP connection'
        : 'by a command'
    return `container ${name} is asked ${what}, every ${period} s; ${failures} failures in a row mean not ready`
  })
  return [...asked, ...(await warningEvents(live, metadata.name, 1, { about: /^Readiness probe/ }))]
}
