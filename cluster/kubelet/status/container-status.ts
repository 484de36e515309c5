import { timestamp } from '../../apimachinery/clock.ts'
import type { Container as ContainerSpec, ContainerStatus } from '../../apimachinery/objects.ts'
import type { ContainerRecord, Run } from '../containers/container-record.ts'

/** What the probes say of a container that runs. */
export interface Health {
  readonly started: boolean
  readonly ready: boolean
}

/** What never ran in a pod that is over. */
const LOST = {
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
}

/**
 * One entry of `status.containerStatuses`. `ending`: it will not be started again; `lost`: and it never ran. Follows
 * convertToAPIContainerStatuses in pkg/kubelet/kubelet_pods.go.
 */
export function containerStatus(
  container: ContainerSpec,
  record: ContainerRecord | undefined,
  health: Health,
  defaultReason: string,
  { ending, lost }: { readonly ending: boolean; readonly lost: boolean },
): ContainerStatus {
  const mounts = container.volumeMounts?.map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly && { readOnly, recursiveReadOnly: 'Disabled' }),
  }))
  const shared = { name: container.name, ...(mounts && mounts.length > 0 && { volumeMounts: mounts }) }
  const { run, last, restartCount } = record ?? { restartCount: 0 }
  // Nobody waits any more in a pod that ends.
  const waiting = ending ? undefined : record?.waiting
  if (!run) {
    const state = lost ? { terminated: LOST } : { waiting: waiting ?? { reason: defaultReason } }
    const image = { image: container.image ?? '', imageID: '' }
    return { ...shared, ...image, restartCount, state, lastState: {}, ready: false, started: false }
  }
  const { resources } = container
  return {
    ...shared,
    image: run.image,
    imageID: run.imageID,
    ...(run.containerID && { containerID: run.containerID }),
    restartCount,
    state: waiting ? { waiting } : stateOf(run),
    lastState: waiting ? stateOf(run) : last ? stateOf(last) : {},
    ready: health.ready,
    started: health.started,
    ...(resources?.requests && { allocatedResources: resources.requests }),
    resources: {
      ...(resources?.limits && { limits: resources.limits }),
      ...(resources?.requests && { requests: resources.requests }),
    },
  }
}

function stateOf(run: Run): NonNullable<ContainerStatus['state']> {
  const startedAt = timestamp(run.startedAt)
  if (!run.ended) return { running: { startedAt } }
  const { exitCode, signal, reason, message, finishedAt } = run.ended
  return {
    terminated: {
      exitCode,
      ...(signal && { signal }),
      reason,
      ...(message && { message }),
      startedAt,
      finishedAt: timestamp(finishedAt),
      ...(run.containerID && { containerID: run.containerID }),
    },
  }
}
