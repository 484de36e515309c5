import type { ContainerStatus, Pod, PodCondition } from '../../apimachinery/objects.ts'
import { isSidecar } from '../containers/container-record.ts'
import type { Phase } from './phase.ts'

type Verdict = { readonly status: 'True' | 'False'; readonly reason?: string; readonly message?: string }

const TRUE: Verdict = { status: 'True' }

/** The conditions that the kubelet writes; all others of a pod are somebody else's. */
export const OWN_CONDITIONS: readonly string[] = [
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]

/** The kubelet's conditions, in the order in which it writes them. Follows pkg/kubelet/status/generate.go. */
export function conditions(
  pod: Pod,
  statuses: readonly ContainerStatus[],
  phase: Phase,
  hasSandbox: boolean,
  others: readonly PodCondition[],
): readonly (Verdict & { readonly type: string })[] {
  const containersReady = areContainersReady(pod, statuses, phase)
  return [
    { type: 'PodReadyToStartContainers', status: hasSandbox ? 'True' : 'False' },
    { type: 'Initialized', ...isInitialized(pod, statuses, phase) },
    { type: 'Ready', ...(containersReady.status === 'True' ? passesGates(pod, others) : containersReady) },
    { type: 'ContainersReady', ...containersReady },
    { type: 'PodScheduled', ...TRUE },
  ]
}

function areContainersReady(pod: Pod, statuses: readonly ContainerStatus[], phase: Phase): Verdict {
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' }
  const long = [...(pod.spec.initContainers ?? []).filter(isSidecar), ...pod.spec.containers]
  const { unknown, lacking } = sort(long, statuses, (status) => status.ready)
  if (phase === 'Succeeded' && unknown.length === 0) return { status: 'False', reason: 'PodCompleted' }
  const message = sayBoth(unknown, lacking, 'unready')
  return message ? { status: 'False', reason: 'ContainersNotReady', message } : TRUE
}

function isInitialized(pod: Pod, statuses: readonly ContainerStatus[], phase: Phase): Verdict {
  const done = (status: ContainerStatus, container: Pod['spec']['containers'][number]) =>
    isSidecar(container) ? status.started === true : status.ready
  const { unknown, lacking } = sort(pod.spec.initContainers ?? [], statuses, done)
  if (phase === 'Succeeded' && unknown.length === 0) return { status: 'True', reason: 'PodCompleted' }
  const regular = new Set(pod.spec.containers.map(({ name }) => name))
  if (statuses.some(({ name, started, lastState }) => regular.has(name) && (started || lastState?.terminated)))
    return TRUE
  const message = sayBoth(unknown, lacking, 'incomplete')
  return message ? { status: 'False', reason: 'ContainersNotInitialized', message } : TRUE
}

function passesGates(pod: Pod, others: readonly PodCondition[]): Verdict {
  const messages: string[] = []
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    const condition = others.find(({ type }) => type === conditionType)
    if (!condition) messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`)
    else if (condition.status !== 'True')
      messages.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`)
  }
  return messages.length === 0
    ? TRUE
    : { status: 'False', reason: 'ReadinessGatesNotReady', message: messages.join(', ') }
}

function sort(
  containers: Pod['spec']['containers'],
  statuses: readonly ContainerStatus[],
  done: (status: ContainerStatus, container: Pod['spec']['containers'][number]) => boolean,
): { unknown: string[]; lacking: string[] } {
  const unknown: string[] = []
  const lacking: string[] = []
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name)
    if (!status) unknown.push(container.name)
    else if (!done(status, container)) lacking.push(container.name)
  }
  return { unknown, lacking }
}

function sayBoth(unknown: readonly string[], lacking: readonly string[], word: string): string {
  const messages: string[] = []
  if (unknown.length > 0) messages.push(`containers with unknown status: [${unknown.join(' ')}]`)
  if (lacking.length > 0) messages.push(`containers with ${word} status: [${lacking.join(' ')}]`)
  return messages.join(', ')
}
