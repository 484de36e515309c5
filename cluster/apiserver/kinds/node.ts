import type { Node } from '../../apimachinery/objects.ts'
import { validateNode, validateNodeUpdate } from '../validation/node.ts'
import { age } from './cells.ts'
import { keepAllButStatus } from './keep-spec.ts'
import { kind } from './kind.ts'

const ROLE = 'node-role.kubernetes.io/'
const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

export const node = kind({
  kind: 'v1 Node',
  subresources: ['status'],

  prepareForCreate(object) {
    // As the admission plugin TaintNodesByCondition: nothing lands here before the node says that it is ready.
    const taints = object.spec.taints ?? []
    if (!taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) {
      object.spec.taints = [...taints, { ...NOT_READY }]
    }
  },
  prepareForStatusUpdate: keepAllButStatus,

  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  validateStatusUpdate: validateNodeUpdate,

  selectableFields: ({ spec }) => ({ 'spec.unschedulable': String(spec.unschedulable ?? false) }),

  cells(object, now) {
    const { metadata, status } = object
    const { nodeInfo } = status
    return [
      metadata.name,
      statusOf(object),
      rolesOf(metadata.labels) || '<none>',
      age(metadata.creationTimestamp, now),
      nodeInfo?.kubeletVersion ?? '',
      addressOf(object, 'InternalIP'),
      addressOf(object, 'ExternalIP'),
      nodeInfo?.osImage || '<unknown>',
      nodeInfo?.kernelVersion || '<unknown>',
      nodeInfo?.containerRuntimeVersion || '<unknown>',
    ]
  },
})

function statusOf({ spec, status }: Node): string {
  const ready = status.conditions?.find(({ type }) => type === 'Ready')
  const states = [ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown']
  if (spec.unschedulable) states.push('SchedulingDisabled')
  return states.join(',')
}

function rolesOf(labels: Readonly<Record<string, string>> = {}): string {
  const roles = new Set<string>()
  for (const [key, value] of Object.entries(labels)) {
    if (key.startsWith(ROLE) && key.length > ROLE.length) roles.add(key.slice(ROLE.length))
    else if (key === 'kubernetes.io/role' && value !== '') roles.add(value)
  }
  return [...roles].sort().join(',')
}

function addressOf({ status }: Node, type: string): string {
  return status.addresses?.find((address) => address.type === type)?.address ?? '<none>'
}
