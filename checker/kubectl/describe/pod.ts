import type { Pod, Toleration } from '../../../cluster/apimachinery/objects.ts'
import { age } from '../durations.ts'
import { typed } from '../objects.ts'
import { describeContainers } from './containers.ts'
import { controlledBy, type Describer } from './describer.ts'
import { dateText, type Page } from './page.ts'
import { describeVolumes } from './volumes.ts'

/** Follows kubectl's describePod. */
export const describePod: Describer = (page, object) => {
  const { metadata, spec, status } = typed<Pod>(object)
  page.field(0, 'Name', metadata.name).field(0, 'Namespace', metadata.namespace)
  page.field(0, 'Priority', spec.priority ?? '<none>')
  if (spec.priorityClassName) page.field(0, 'Priority Class Name', spec.priorityClassName)
  page.field(0, 'Service Account', spec.serviceAccountName ?? '')
  page.field(0, 'Node', spec.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ''}` : '<none>')
  if (status?.startTime) page.field(0, 'Start Time', dateText(status.startTime))
  page.labels('Labels', metadata.labels).annotations(metadata.annotations)
  if (metadata.deletionTimestamp && status?.phase !== 'Failed' && status?.phase !== 'Succeeded') {
    page.field(0, 'Status', `Terminating (lasts ${age(metadata.deletionTimestamp)})`)
    page.field(0, 'Termination Grace Period', `${metadata.deletionGracePeriodSeconds ?? 0}s`)
  } else page.field(0, 'Status', status?.phase ?? '')
  if (status?.reason) page.field(0, 'Reason', status.reason)
  if (status?.message) page.field(0, 'Message', status.message)
  page.field(0, 'IP', status?.podIP ?? '')
  page.line(0, `IPs:${status?.podIPs?.length ? '' : '\t<none>'}`)
  for (const { ip } of status?.podIPs ?? []) page.field(1, 'IP', ip)
  controlledBy(page, object)
  const init = spec.initContainers ?? []
  if (init.length > 0) {
    describeContainers(page, 'Init Containers', init, { statuses: status?.initContainerStatuses ?? [], pod: object })
  }
  describeContainers(page, 'Containers', spec.containers, { statuses: status?.containerStatuses ?? [], pod: object })
  if (spec.readinessGates?.length) {
    page.line(0, 'Readiness Gates:').line(1, 'Type\tStatus')
    for (const { conditionType } of spec.readinessGates) {
      const found = status?.conditions?.find(({ type }) => type === conditionType)
      page.line(1, `${conditionType} \t${found?.status ?? '<none>'} `)
    }
  }
  if (status?.conditions?.length) {
    page.line(0, 'Conditions:').line(1, 'Type\tStatus')
    for (const { type, status: value } of status.conditions) page.line(1, `${type} \t${value} `)
  }
  describeVolumes(page, spec.volumes)
  page.field(0, 'QoS Class', status?.qosClass ?? '')
  page.labels('Node-Selectors', spec.nodeSelector)
  tolerations(page, spec.tolerations)
}

/** One a line, sorted; `<none>` when there are none. */
export function tolerations(page: Page, list: readonly Toleration[] | undefined, indent = ''): void {
  const texts = (list ?? []).map(({ key, operator, value, effect, tolerationSeconds }) => {
    const subject = `${key ?? ''}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`
    const exists = operator === 'Exists' && !value ? (key || effect ? ' op=Exists' : 'op=Exists') : ''
    return `${subject}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`
  })
  page.column(`${indent}Tolerations`, texts.sort())
}
