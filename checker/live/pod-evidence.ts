/** Why a pod does not run as it should: its conditions, its containers' states, its events, its last words. */

import type { ContainerStatus, Event, Pod } from '../../cluster/apimachinery/objects.ts'
import { ClusterFault } from '../cluster/cluster-fault.ts'
import { finding } from '../messages/catalogue.ts'
import { counted } from '../messages/counted.ts'
import type { Live } from './live.ts'

/** Reasons of a waiting container that do not pass by themselves. */
const STUCK = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
])
const IMAGE = new Set(['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'])

/** In a few words why this pod will not run unless something is changed; undefined when it may still get there. */
export function stuckReason(pod: Pod): string | undefined {
  const unschedulable = pod.status.conditions?.find(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable',
  )
  if (unschedulable) return 'Unschedulable'
  for (const { state } of statuses(pod)) {
    const reason = state?.waiting?.reason
    if (reason !== undefined && STUCK.has(reason)) return reason
  }
  return pod.status.phase === 'Failed' ? (pod.status.reason ?? 'Failed') : undefined
}

/** Throws ClusterFault when the pod waits for an image that the lesson should have brought. */
export function blameMissingImage(live: Live, pods: readonly Pod[]): void {
  for (const pod of pods) {
    for (const { image, state } of statuses(pod)) {
      const { reason = '', message = '' } = state?.waiting ?? {}
      const declared = pod.spec.containers.find(
        (container) => container.image === image || image.endsWith(container.image ?? '\0'),
      )
      const wanted = live.images.find((name) => name === (declared?.image ?? image))
      if (wanted === undefined || !IMAGE.has(reason)) continue
      const more = [
        `Build it and hand it to the cluster:  npm run image -- ${wanted}`,
        'With Docker: docker build -t NAME ., then kind load docker-image, minikube image load, k3d image import, …',
      ]
      throw new ClusterFault(finding('image-not-loaded', { image: wanted, detail: message || reason }, { more }))
    }
  }
}

/** Lines for the learner, about the first pods that are not well. */
export async function podEvidence(live: Live, pods: readonly Pod[], most = 2): Promise<string[]> {
  const lines: string[] = []
  const told = new Set<string>()
  for (const pod of pods.filter((each) => !isReady(each)).slice(0, most)) {
    const own = await onePod(live, pod)
    // that a second pod says the same, word by word, makes nothing clearer
    const words = own
      .join('\n')
      .replaceAll(pod.metadata.name, '')
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4,12}){4}/g, '')
    if (!told.has(words)) lines.push(...own)
    told.add(words)
  }
  return lines
}

async function onePod(live: Live, pod: Pod): Promise<string[]> {
  const lines: string[] = []
  const told: string[] = []
  const name = pod.metadata.name
  for (const { type, status, message } of pod.status.conditions ?? []) {
    if (type !== 'PodScheduled' || status !== 'False' || !message) continue
    lines.push(`${name} is on no node: ${message}`)
    told.push(message)
  }
  for (const container of statuses(pod)) {
    lines.push(...containerLines(name, container))
    if (container.restartCount > 0 || container.state?.terminated) {
      const log = await live.objects.log(live.namespace, name, {
        container: container.name,
        previous: container.state?.waiting !== undefined,
        lines: 30,
      })
      lines.push(...lastWords(log).map((line) => `  log: ${line}`))
    }
  }
  // that there is no node is told twice, that an image cannot be had three times over: by the container and by two events
  told.push(...statuses(pod).flatMap(({ state }) => state?.waiting?.message ?? []))
  const events = await warningEvents(live, name)
  lines.push(...events.filter((text) => !/Error: \w+$/.test(text) && !told.some((message) => text.includes(message))))
  if (lines.length === 0) lines.push(`${name} is ${pod.status.phase ?? 'unknown'}, and not ready`)
  return lines
}

/** What a kubelet answers in place of a log that went with its container. */
const NO_LOG = /^unable to retrieve container logs for /

/** Up to three lines: from the error on, where there is one, else the last. What Node prints below an error says less than it. */
function lastWords(log: string, most = 3): string[] {
  const lines = log.split('\n').filter((line) => line.trim() !== '' && !NO_LOG.test(line))
  const error = lines.findLastIndex((line) => /^\S*Error\b/.test(line))
  return error < 0 ? lines.slice(-most) : lines.slice(error, error + most)
}

function containerLines(pod: string, { name, state, lastState, ready, restartCount }: ContainerStatus): string[] {
  const lines: string[] = []
  const { waiting, terminated, running } = state ?? {}
  if (waiting && waiting.reason !== 'ContainerCreating' && waiting.reason !== 'PodInitializing') {
    lines.push(`${pod}: container ${name} waits: ${waiting.reason}${waiting.message ? `: ${waiting.message}` : ''}`)
  }
  const ended = terminated ?? lastState?.terminated
  if (ended) {
    const times = restartCount > 0 ? `, restarted ${counted(restartCount, 'time')}` : ''
    lines.push(
      `${pod}: container ${name} ended with exit code ${ended.exitCode} (${ended.reason ?? 'no reason'})${times}`,
    )
  }
  if (running && !ready) lines.push(`${pod}: container ${name} runs, and is not ready`)
  return lines
}

interface Warnings {
  /** Of the object that is meant. */
  readonly kind?: string
  /** What the reason or the message must have in it: others, of a pod's start perhaps, have nothing to do with it. */
  readonly about?: RegExp
}

/** The last warnings about an object, as `kubectl describe` ends with. */
export async function warningEvents(
  live: Live,
  name: string,
  most = 2,
  { kind, about = /^/ }: Warnings = {},
): Promise<string[]> {
  const fields = `involvedObject.name=${name}${kind === undefined ? '' : `,involvedObject.kind=${kind}`}`
  const events = await live.objects.list('v1 Event', live.namespace, { fields })
  const texts = events
    .filter(({ type, reason = '', message = '' }) => type === 'Warning' && (about.test(reason) || about.test(message)))
    .sort((a, b) => lastSeen(a) - lastSeen(b))
    .map(({ reason, message }) => `event ${reason}: ${message}`)
  return [...new Set(texts)].slice(-most)
}

function lastSeen({ lastTimestamp, eventTime, metadata }: Event): number {
  return Date.parse(lastTimestamp ?? eventTime ?? metadata.creationTimestamp)
}

export function isReady(pod: Pod): boolean {
  return pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
}

function statuses(pod: Pod): readonly ContainerStatus[] {
  return [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])]
}
