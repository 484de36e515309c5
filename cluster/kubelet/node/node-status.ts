import { createHash } from 'node:crypto'
import os from 'node:os'
import { timestamp } from '../../apimachinery/clock.ts'
import type { Node } from '../../apimachinery/objects.ts'
import { wholeName } from '../images/image-name.ts'
import type { Image } from '../runtime/runtime.ts'

export type Resources = Readonly<Record<string, string>>

/** What a node says of itself. */
export interface NodeFacts {
  readonly name: string
  readonly ip: string
  readonly podCidr: string
  /** `cpu`, `memory`, `pods`, `ephemeral-storage`, as quantities. */
  readonly capacity: Resources
  readonly allocatable: Resources
}

/** The Kubernetes whose behaviour this kubelet follows. */
export const KUBELET_VERSION = 'v1.34.4'

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' }

const CONDITIONS = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const

/** The labels that every node has. The images are Linux images, whatever machine this is. */
export function nodeLabels(name: string): Record<string, string> {
  const arch = architecture()
  return {
    'beta.kubernetes.io/arch': arch,
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': arch,
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
  }
}

/** The whole status; conditions that did not change keep their time of transition. Follows pkg/kubelet/nodestatus. */
export function nodeStatus(
  facts: NodeFacts,
  last: Node['status'],
  images: readonly Image[],
  now: number,
): Node['status'] {
  const id = createHash('sha256').update(facts.name).digest('hex').slice(0, 32)
  return {
    ...last,
    addresses: [
      { type: 'InternalIP', address: facts.ip },
      { type: 'Hostname', address: facts.name },
    ],
    capacity: facts.capacity,
    allocatable: facts.allocatable,
    conditions: CONDITIONS.map(([type, status, reason, message]) => {
      const before = last.conditions?.find((condition) => condition.type === type)
      const since = before?.status === status ? before.lastTransitionTime : undefined
      return {
        type,
        status,
        lastHeartbeatTime: timestamp(now),
        lastTransitionTime: since ?? timestamp(now),
        reason,
        message,
      }
    }),
    images: images.map(({ names }) => ({ names: names.map(wholeName) })),
    nodeInfo: {
      architecture: architecture(),
      bootID: uuid(id),
      containerRuntimeVersion: `practice://${process.versions.node}`,
      kernelVersion: os.release(),
      kubeProxyVersion: '',
      kubeletVersion: KUBELET_VERSION,
      machineID: id,
      operatingSystem: 'linux',
      osImage: `${os.type()} with Node ${process.versions.node}`,
      systemUUID: uuid(id),
    },
  }
}

function architecture(): string {
  return ARCHITECTURES[process.arch] ?? process.arch
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
