import { failure } from '../../apimachinery/errors.ts'
import type { ContainerStatus, Pod } from '../../apimachinery/objects.ts'

/**
 * The ID of the run whose log is meant. Throws ApiError (400) as the kubelet answers for a container that has none. Follows
 * validateContainerLogStatus in pkg/kubelet/kubelet_pods.go.
 */
export function loggedRun(pod: Pod, container: string, previous: boolean): string {
  const name = `container "${container}" in pod "${pod.metadata.name}"`
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status
  const status = [...containerStatuses, ...initContainerStatuses].find((entry) => entry.name === container)
  if (!status) throw refused(`${name} is not available`)
  const last = status.lastState?.terminated
  if (previous) {
    if (!last?.containerID) throw refused(`previous terminated ${name} not found`)
    return last.containerID
  }
  const id = currentRun(status)
  if (id) return id
  if (status.state?.terminated || last) throw refused(`${name} is terminated`)
  switch (status.state?.waiting?.reason) {
    case undefined:
      throw refused(`${name} is waiting to start - no logs yet`)
    case 'ErrImagePull':
      throw refused(`${name} is waiting to start: image can't be pulled`)
    case 'ImagePullBackOff':
      throw refused(`${name} is waiting to start: trying and failing to pull image`)
    default:
      throw refused(`${name} is waiting to start: ${status.state?.waiting?.reason}`)
  }
}

function currentRun({ state, lastState, containerID }: ContainerStatus): string | undefined {
  if (state?.running) return containerID
  return state?.terminated?.containerID || lastState?.terminated?.containerID
}

function refused(message: string) {
  return failure(400, 'BadRequest', message)
}
