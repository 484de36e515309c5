import { CommandError } from './errors.ts'
import { at, type KubeObject } from './objects.ts'

/** `8080:80`: a port of this machine (0: any free one), and one of the pod. */
export interface ForwardedPort {
  readonly local: number
  readonly remote: number
}

interface NamedPort {
  readonly name?: string
  readonly port?: number
  readonly containerPort?: number
  readonly targetPort?: number | string
}

/** Reads `[LOCAL:]REMOTE`; through a service, the port is the service's. Throws in kubectl's words. */
export function forwardedPort(text: string, pod: KubeObject, through: KubeObject | undefined): ForwardedPort {
  const [first = '', second] = text.split(':')
  const wanted = second ?? first
  const service = through?.kind === 'Service' ? through : undefined
  const remote = service ? portOfService(wanted, service, pod) : portOfPod(wanted, pod)
  const local = second === undefined ? (service && /^\d+$/.test(wanted) ? Number(wanted) : remote) : Number(first || 0)
  if (!Number.isInteger(local) || local < 0 || local > 65_535) {
    throw new CommandError(
      `error parsing local port '${first}': strconv.ParseUint: parsing ${JSON.stringify(first)}: invalid syntax`,
    )
  }
  if (remote < 1 || remote > 65_535) throw new CommandError('remote port must be > 0')
  return { local, remote }
}

function portOfPod(wanted: string, pod: KubeObject): number {
  if (/^\d+$/.test(wanted)) return Number(wanted)
  const found = containerPorts(pod).find(({ name }) => name === wanted)?.containerPort
  if (found === undefined) throw new CommandError(`Pod '${pod.metadata.name}' does not have a named port '${wanted}'`)
  return found
}

function portOfService(wanted: string, service: KubeObject, pod: KubeObject): number {
  const { name } = service.metadata
  const isNumber = /^\d+$/.test(wanted)
  const ports = (at(service, 'spec', 'ports') ?? []) as readonly NamedPort[]
  const found = ports.find((port) => (isNumber ? port.port === Number(wanted) : port.name === wanted))
  if (!found) {
    throw new CommandError(
      isNumber
        ? `Service ${name} does not have a service port ${wanted}`
        : `Service '${name}' does not have a named port '${wanted}'`,
    )
  }
  if (at(service, 'spec', 'clusterIP') === 'None') return found.port ?? 0
  const { targetPort = 0 } = found
  return typeof targetPort === 'string' ? portOfPod(targetPort, pod) : targetPort || (found.port ?? 0)
}

function containerPorts(pod: KubeObject): readonly NamedPort[] {
  const containers = (at(pod, 'spec', 'containers') ?? []) as readonly { readonly ports?: readonly NamedPort[] }[]
  return containers.flatMap(({ ports = [] }) => ports)
}
