import type { Lease, Node, Pod } from '../../../cluster/apimachinery/objects.ts'
import { Quantity } from '../../../cluster/apimachinery/quantity.ts'
import { age } from '../durations.ts'
import { type KubeObject, typed } from '../objects.ts'
import type { Describer } from './describer.ts'
import { dateText, type Page } from './page.ts'

const ROLE = 'node-role.kubernetes.io/'
const RESOURCES = ['cpu', 'memory', 'ephemeral-storage']

/** Follows kubectl's describeNode. */
export const describeNode: Describer = async (page, object, around) => {
  const { metadata, spec, status } = typed<Node>(object)
  const roles = Object.keys(metadata.labels ?? {}).filter((key) => key.startsWith(ROLE))
  page.field(0, 'Name', metadata.name)
  page.field(
    0,
    'Roles',
    roles
      .map((key) => key.slice(ROLE.length))
      .sort()
      .join(',') || '<none>',
  )
  page.labels('Labels', metadata.labels).annotations(metadata.annotations)
  page.field(0, 'CreationTimestamp', dateText(metadata.creationTimestamp))
  const taints = (spec?.taints ?? []).map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`)
  page.column('Taints', taints.sort()).field(0, 'Unschedulable', spec?.unschedulable ?? false)
  const found = await around.get('leases.coordination.k8s.io', 'kube-node-lease', metadata.name)
  const lease = found && typed<Lease>(found)
  page.line(0, 'Lease:').field(1, 'HolderIdentity', lease?.spec?.holderIdentity ?? '<unset>')
  page
    .field(1, 'AcquireTime', dateText(lease?.spec?.acquireTime))
    .field(1, 'RenewTime', dateText(lease?.spec?.renewTime))
  if (status?.conditions?.length) {
    page.line(0, 'Conditions:').line(1, 'Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage')
    page.line(1, '----\t------\t-----------------\t------------------\t------\t-------')
    for (const { type, status: value, lastHeartbeatTime, lastTransitionTime, reason, message } of status.conditions) {
      page.line(
        1,
        `${type} \t${value} \t${dateText(lastHeartbeatTime)} \t${dateText(lastTransitionTime)} \t${reason} \t${message}`,
      )
    }
  }
  page.line(0, 'Addresses:')
  for (const { type, address } of status?.addresses ?? []) page.field(1, type, address)
  amounts(page, 'Capacity', status?.capacity)
  amounts(page, 'Allocatable', status?.allocatable)
  systemInfo(page, status?.nodeInfo)
  if (spec?.podCIDR) page.field(0, 'PodCIDR', spec.podCIDR)
  if (spec?.podCIDRs?.length) page.field(0, 'PodCIDRs', spec.podCIDRs.join(','))
  if (spec?.providerID) page.field(0, 'ProviderID', spec.providerID)
  const pods = await around.list('pods', undefined, {
    fieldSelector: `spec.nodeName=${metadata.name},status.phase!=Succeeded,status.phase!=Failed`,
  })
  podTable(page, pods, status?.allocatable ?? {})
}

function amounts(page: Page, name: string, list: Readonly<Record<string, string>> | undefined): void {
  page.line(0, `${name}:`)
  for (const key of Object.keys(list ?? {}).sort()) page.field(1, key, list?.[key])
}

function systemInfo(page: Page, info: Node['status']['nodeInfo']): void {
  page.line(0, 'System Info:')
  page.field(1, 'Machine ID', info?.machineID ?? '').field(1, 'System UUID', info?.systemUUID ?? '')
  page.field(1, 'Boot ID', info?.bootID ?? '').field(1, 'Kernel Version', info?.kernelVersion ?? '')
  page.field(1, 'OS Image', info?.osImage ?? '').field(1, 'Operating System', info?.operatingSystem ?? '')
  page.field(1, 'Architecture', info?.architecture ?? '')
  page.field(1, 'Container Runtime Version', info?.containerRuntimeVersion ?? '')
  page
    .field(1, 'Kubelet Version', info?.kubeletVersion ?? '')
    .field(1, 'Kube-Proxy Version', info?.kubeProxyVersion ?? '')
}

function podTable(page: Page, pods: readonly KubeObject[], allocatable: Readonly<Record<string, string>>): void {
  page.line(0, `Non-terminated Pods:\t(${pods.length} in total)`)
  page.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge')
  page.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---')
  const share = (resource: string, list: 'requests' | 'limits', of: readonly KubeObject[]) => {
    const sum = of.reduce((total, pod) => total.plus(podAmount(pod, list, resource)), Quantity.zero)
    const whole = Quantity.parse(allocatable[resource] ?? '0').nanos
    return `${sum} (${whole > 0n ? (sum.nanos * 100n) / whole : 0n}%)`
  }
  for (const pod of pods) {
    const cells = (['cpu', 'memory'] as const).flatMap((name) => [
      share(name, 'requests', [pod]),
      share(name, 'limits', [pod]),
    ])
    const { namespace, name, creationTimestamp } = pod.metadata
    page.line(1, `${namespace}\t${name}\t\t${cells.join('\t')}\t${age(creationTimestamp)}`)
  }
  page.line(0, 'Allocated resources:').line(1, '(Total limits may be over 100 percent, i.e., overcommitted.)')
  page.line(1, 'Resource\tRequests\tLimits').line(1, '--------\t--------\t------')
  const others = Object.keys(allocatable).filter((name) => !RESOURCES.includes(name) && name !== 'pods')
  for (const name of [...RESOURCES, ...others.sort()])
    page.line(1, `${name}\t${share(name, 'requests', pods)}\t${share(name, 'limits', pods)}`)
}

/** What a pod's containers ask for together; an init container counts where it asks for more. */
function podAmount(pod: KubeObject, list: 'requests' | 'limits', resource: string): Quantity {
  const { spec } = typed<Pod>(pod)
  const of = (containers: Pod['spec']['containers'] | undefined) =>
    (containers ?? []).map((container) => Quantity.parse(container.resources?.[list]?.[resource] ?? '0'))
  const together = of(spec.containers).reduce((sum, amount) => sum.plus(amount), Quantity.zero)
  return of(spec.initContainers).reduce((most, amount) => (amount.compare(most) > 0 ? amount : most), together)
}
