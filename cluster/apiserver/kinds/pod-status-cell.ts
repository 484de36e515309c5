import type { ContainerStatus, Pod } from '../../apimachinery/objects.ts'
import { age } from './cells.ts'

interface Row {
  readonly ready: string
  readonly status: string
  readonly restarts: string
}

/** What `kubectl get pods` says of a pod. Follows printPod of k8s.io/kubernetes/pkg/printers/internalversion. */
export function podRow(pod: Pod, now: number): Row {
  const { spec, status, metadata } = pod
  const { initContainerStatuses = [], containerStatuses = [] } = status
  const sidecars = new Set(
    (spec.initContainers ?? []).filter((each) => each.restartPolicy === 'Always').map(({ name }) => name),
  )
  let reason = status.reason || status.phase || ''
  let restarts = 0
  let sidecarRestarts = 0
  let lastRestart = 0
  let lastSidecarRestart = 0
  let ready = 0
  let total = spec.containers?.length ?? 0

  for (const condition of status.conditions ?? []) {
    if (condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated') reason = 'SchedulingGated'
  }
  let initializing = false
  for (const [index, container] of initContainerStatuses.entries()) {
    restarts += container.restartCount
    lastRestart = Math.max(lastRestart, finishedAt(container))
    const isSidecar = sidecars.has(container.name)
    if (isSidecar) {
      sidecarRestarts += container.restartCount
      lastSidecarRestart = Math.max(lastSidecarRestart, finishedAt(container))
    }
    const { terminated, waiting } = container.state ?? {}
    if (terminated && terminated.exitCode === 0) continue
    if (isSidecar && container.started) {
      if (container.ready) ready += 1
      continue
    }
    if (terminated) reason = `Init:${terminatedReason(terminated)}`
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') reason = `Init:${waiting.reason}`
    else reason = `Init:${index}/${spec.initContainers?.length ?? 0}`
    initializing = true
    break
  }
  total += sidecars.size

  if (!initializing || isInitialized(pod)) {
    restarts = sidecarRestarts
    lastRestart = lastSidecarRestart
    let running = false
    for (const container of [...containerStatuses].reverse()) {
      restarts += container.restartCount
      lastRestart = Math.max(lastRestart, finishedAt(container))
      const { terminated, waiting, running: run } = container.state ?? {}
      if (waiting?.reason) reason = waiting.reason
      else if (terminated) reason = terminatedReason(terminated)
      else if (container.ready && run) {
        running = true
        ready += 1
      }
    }
    if (reason === 'Completed' && running) reason = isReady(pod) ? 'Running' : 'NotReady'
  }
  if (metadata.deletionTimestamp)
    reason = status.reason === 'NodeLost' ? 'Unknown' : isOver(pod) ? reason : 'Terminating'
  const ago = restarts > 0 && lastRestart > 0 ? ` (${age(new Date(lastRestart).toISOString(), now)} ago)` : ''
  return { ready: `${ready}/${total}`, status: reason, restarts: `${restarts}${ago}` }
}

type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>

function terminatedReason({ reason, signal, exitCode }: Terminated): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`)
}

function finishedAt({ lastState }: ContainerStatus): number {
  const at = lastState?.terminated?.finishedAt
  return at ? Date.parse(at) : 0
}

function hasCondition(pod: Pod, type: string): boolean {
  return (pod.status.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True')
}

const isInitialized = (pod: Pod): boolean => hasCondition(pod, 'Initialized')
const isReady = (pod: Pod): boolean => hasCondition(pod, 'Ready')
const isOver = ({ status }: Pod): boolean => status.phase === 'Succeeded' || status.phase === 'Failed'
