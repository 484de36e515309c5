import type { Container as ContainerSpec, Pod } from '../../apimachinery/objects.ts'
import type { Image } from '../runtime/runtime.ts'
import { podReference } from './container-record.ts'

/** Throws an Error when `runAsNonRoot` is asked and the user would be root. Follows verifyRunAsNonRoot in pkg/kubelet/kuberuntime. */
export function checkNonRoot(pod: Pod, container: ContainerSpec, image: Image): void {
  const own = container.securityContext
  const shared = pod.spec.securityContext
  if (!(own?.runAsNonRoot ?? shared?.runAsNonRoot)) return
  const where = `(pod: "${podReference(pod)}", container: ${container.name})`
  const user = own?.runAsUser ?? shared?.runAsUser
  if (user !== undefined) {
    if (user === 0) throw new Error(`container's runAsUser breaks non-root policy ${where}`)
    return
  }
  const [name = ''] = image.config.user.split(':')
  if (name !== '' && !/^\d+$/.test(name)) {
    throw new Error(
      `container has runAsNonRoot and image has non-numeric user (${name}), cannot verify user is non-root ${where}`,
    )
  }
  if (name === '' || Number(name) === 0)
    throw new Error(`container has runAsNonRoot and image will run as root ${where}`)
}
