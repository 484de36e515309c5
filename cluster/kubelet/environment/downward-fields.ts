import type { Container as ContainerSpec, Pod } from '../../apimachinery/objects.ts'
import { Quantity } from '../../apimachinery/quantity.ts'

/** What of a pod is known only on its node. */
export interface Place {
  readonly podIP: string
  readonly hostIP: string
  readonly allocatable: Readonly<Record<string, string>>
}

/** The text of a `fieldRef`. Throws an Error with the kubelet's words for a path that is none. */
export function fieldText(pod: Pod, path: string, { podIP, hostIP }: Place): string {
  const subscript = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/.exec(path)
  if (subscript) {
    const map = subscript[1] === 'metadata.labels' ? pod.metadata.labels : pod.metadata.annotations
    return map?.[subscript[2] as string] ?? ''
  }
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name
    case 'metadata.namespace':
      return pod.metadata.namespace ?? ''
    case 'metadata.uid':
      return pod.metadata.uid
    case 'metadata.labels':
      return formatMap(pod.metadata.labels)
    case 'metadata.annotations':
      return formatMap(pod.metadata.annotations)
    case 'spec.nodeName':
      return pod.spec.nodeName ?? ''
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? ''
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIP
    case 'status.podIP':
    case 'status.podIPs':
      return podIP
  }
  throw new Error(`unsupported fieldPath: ${path}`)
}

/** The number of a `resourceFieldRef`, in units of its divisor, rounded up; without a limit the node's allocatable. */
export function resourceText(
  container: ContainerSpec,
  resource: string,
  divisor: string | undefined,
  place: Place,
): string {
  const [kind, name = ''] = resource.split(/\.(.*)/s)
  const { limits, requests } = container.resources ?? {}
  const amount =
    kind === 'limits'
      ? (limits?.[name] ?? (name === 'cpu' || name === 'memory' ? place.allocatable[name] : undefined))
      : (requests?.[name] ?? limits?.[name])
  if (kind !== 'limits' && kind !== 'requests') throw new Error(`unsupported container resource : ${resource}`)
  const unit = Quantity.parse(divisor === undefined || divisor === '0' ? '1' : divisor).nanos
  const { nanos } = Quantity.parse(amount ?? '0')
  return String((nanos + unit - 1n) / unit)
}

/** One `key="value"` a line, sorted, quoted as Go quotes. */
function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n')
}
