import type { Mutable, Service } from '../../apimachinery/objects.ts'
import { applyServerRules } from '../defaults/defaults.ts'
import type { FieldError } from '../validation/field-error.ts'
import { invalidObject } from '../validation/invalid.ts'
import { dns1035Label } from '../validation/names.ts'
import { validateService } from '../validation/service.ts'
import { validateStack } from '../validation/service-network.ts'
import { age, formatLabels } from './cells.ts'
import { keepAllButStatus } from './keep-spec.ts'
import { type Host, kind } from './kind.ts'
import { allocateClusterIp, allocateHealthCheckPort, allocateNodePorts } from './service-allocation.ts'
import { dropFieldsOfOldType, keepAllocated, settleClusterIps } from './service-update.ts'

type Draft = Mutable<Service>

export const service = kind({
  kind: 'v1 Service',
  subresources: ['status', 'proxy'],
  checkName: dns1035Label,

  prepareForCreate(object, host) {
    object.status = { loadBalancer: {} }
    settleClusterIps(object)
    const asked = structuredClone(object) as unknown as Service
    applyServerRules('v1 Service', object)
    settle(object, asked, undefined, host)
  },

  prepareForUpdate(next, last, host) {
    settleClusterIps(next, last)
    keepAllocated(next, last)
    dropFieldsOfOldType(next, last)
    const { spec } = next
    if (spec.type !== 'ExternalName') {
      if (!spec.ipFamilies?.length && last.spec.ipFamilies) spec.ipFamilies = [...last.spec.ipFamilies]
      if (!spec.ipFamilyPolicy && last.spec.ipFamilyPolicy) spec.ipFamilyPolicy = last.spec.ipFamilyPolicy
    }
    const asked = structuredClone(next) as unknown as Service
    applyServerRules('v1 Service', next)
    settle(next, asked, last, host)
    if (last.spec.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') next.status = { loadBalancer: {} }
  },
  prepareForStatusUpdate: keepAllButStatus,

  validate: (object) => validateService(object),
  validateUpdate: validateService,

  selectableFields: ({ spec }) => ({ 'spec.clusterIP': spec.clusterIP ?? '', 'spec.type': spec.type ?? '' }),

  cells(object, now) {
    const { metadata, spec } = object
    return [
      metadata.name,
      spec.type ?? '',
      spec.clusterIPs?.[0] || spec.clusterIP || '<none>',
      externalCell(object),
      portsCell(object),
      age(metadata.creationTimestamp, now),
      formatLabels(spec.selector),
    ]
  },
})

/** Addresses and ports are given out only to a service that is right in itself: its own errors come first. */
function settle(service: Draft, asked: Service, last: Service | undefined, host: Host): void {
  if (validateService(service as Service, last).length > 0) return
  refuse(service, validateStack(asked))
  const moved = !last || last.spec.clusterIP !== service.spec.clusterIP || !service.spec.clusterIP
  if (moved) refuse(service, allocateClusterIp(service, host))
  refuse(service, allocateNodePorts(service, host, last))
  allocateHealthCheckPort(service, host)
}

function refuse({ metadata }: Draft, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidObject('', 'Service', metadata.name, errors)
}

function externalCell({ spec, status }: Service): string {
  const given = spec.externalIPs ?? []
  switch (spec.type) {
    case 'ExternalName':
      return spec.externalName ?? ''
    case 'LoadBalancer': {
      const balancer = (status.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '')
      const all = [...balancer, ...given].filter((address) => address !== '')
      return all.length > 0 ? all.join(',') : '<pending>'
    }
    default:
      return given.length > 0 ? given.join(',') : '<none>'
  }
}

function portsCell({ spec }: Service): string {
  const ports = (spec.ports ?? []).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  )
  return ports.length > 0 ? ports.join(',') : '<none>'
}
