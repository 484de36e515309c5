import type { ContainerStatus, Pod } from '../../apimachinery/objects.ts'
import { isSidecar } from '../containers/container-record.ts'

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'

/**
 * A pod's phase from the states of its containers. `terminal`: none of them will be started again, whatever the restart
 * policy. Follows getPhase in pkg/kubelet/kubelet_pods.go.
 */
export function phase(pod: Pod, statuses: readonly ContainerStatus[], terminal: boolean): Phase {
  const { restartPolicy = 'Always', initContainers = [], containers } = pod.spec
  const of = (name: string) => statuses.find((status) => status.name === name)
  const startedBefore = containers.some(({ name }) => of(name)?.state?.running)
  let pending = 0
  let waiting = 0
  let running = 0
  let unknown = 0

  for (const container of initContainers) {
    const status = of(container.name)
    if (isSidecar(container)) {
      if (status?.state?.running) {
        running += 1
        if (!status.started && !startedBefore) pending += 1
      } else if (!status?.state?.terminated && !status?.lastState?.terminated) {
        waiting += 1
      }
      continue
    }
    const exitCode = (status?.state?.terminated ?? (status?.state?.waiting && status.lastState?.terminated))?.exitCode
    if (exitCode === undefined) pending += 1
    else if (exitCode !== 0 && restartPolicy === 'Never') return 'Failed'
    else if (exitCode !== 0) pending += 1
  }

  const exitCodes: number[] = []
  for (const { name } of containers) {
    const status = of(name)
    const exitCode = (status?.state?.terminated ?? (status?.state?.waiting && status.lastState?.terminated))?.exitCode
    if (!status) unknown += 1
    else if (status.state?.running) running += 1
    else if (exitCode !== undefined) exitCodes.push(exitCode)
    else waiting += 1
  }

  if (pending > 0 || waiting > 0 || unknown > 0) return 'Pending'
  if (running > 0) return 'Running'
  if (exitCodes.length === 0) return 'Pending'
  const succeeded = exitCodes.every((code) => code === 0)
  if (terminal) return succeeded ? 'Succeeded' : 'Failed'
  if (restartPolicy === 'Always') return 'Running'
  if (succeeded) return 'Succeeded'
  return restartPolicy === 'Never' ? 'Failed' : 'Running'
}
