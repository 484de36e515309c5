import { isDeepStrictEqual } from 'node:util'
import type { Mutable, Service } from '../../apimachinery/objects.ts'
import { isExternallyReachable } from '../validation/service-network.ts'
import { hasNodePorts, needsNodePorts } from './service-allocation.ts'

type Draft = Mutable<Service>

const needsClusterIp = ({ spec }: Service): boolean => spec.type !== 'ExternalName'
const needsHealthCheck = ({ spec }: Service): boolean =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'

/** Who left out what the cluster gave the service gets it back. Follows patchAllocatedValues. */
export function keepAllocated(next: Draft, last: Service): void {
  const { spec } = next
  const now = next as Service
  if (needsClusterIp(last) && needsClusterIp(now)) {
    if (!spec.clusterIP) {
      if (last.spec.clusterIP) spec.clusterIP = last.spec.clusterIP
    }
    if (!spec.clusterIPs?.length && spec.clusterIP === last.spec.clusterIP && last.spec.clusterIPs) {
      spec.clusterIPs = [...last.spec.clusterIPs]
    }
  }
  if (hasNodePorts(last) && needsNodePorts(now)) keepNodePorts(next, last)
  if (needsHealthCheck(last) && needsHealthCheck(now) && !spec.healthCheckNodePort && last.spec.healthCheckNodePort) {
    spec.healthCheckNodePort = last.spec.healthCheckNodePort
  }
}

function keepNodePorts({ spec }: Draft, last: Service): void {
  const before = new Map((last.spec.ports ?? []).map((each) => [`${each.protocol}/${each.port}`, each.nodePort]))
  const used = new Set((spec.ports ?? []).map(({ nodePort }) => nodePort))
  for (const port of spec.ports ?? []) {
    if (port.nodePort) continue
    const old = before.get(`${port.protocol}/${port.port}`)
    if (old && !used.has(old)) port.nodePort = old
  }
}

/** The first of the addresses and the single one say the same. Follows normalizeClusterIPs. */
export function settleClusterIps(next: Draft, last?: Service): void {
  const { spec } = next
  if (!last) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP]
    return
  }
  const sameList = isDeepStrictEqual(spec.clusterIPs ?? [], last.spec.clusterIPs ?? [])
  if ((spec.clusterIP ?? '') !== (last.spec.clusterIP ?? '')) {
    if (!sameList) return
    if (!spec.clusterIP) delete spec.clusterIPs
    else spec.clusterIPs = [spec.clusterIP, ...(spec.clusterIPs ?? []).slice(1)]
  } else if (!sameList) {
    if (!spec.clusterIPs?.length) delete spec.clusterIP
    else if (spec.clusterIPs[0] !== undefined) spec.clusterIP = spec.clusterIPs[0]
  }
}

/** What only the old type had goes with it, if nobody changed it. Follows dropTypeDependentFields. */
export function dropFieldsOfOldType(next: Draft, last: Service): void {
  const { spec } = next
  const now = next as Service
  const same = (field: keyof Service['spec']) => isDeepStrictEqual(spec[field], last.spec[field])
  const drop = (...fields: (keyof Service['spec'])[]) => {
    for (const field of fields) delete spec[field]
  }
  if (needsClusterIp(last) && !needsClusterIp(now) && same('clusterIP') && same('clusterIPs')) {
    drop('clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy')
  }
  if (hasNodePorts(last) && !hasNodePorts(now) && sameNodePorts(now, last)) {
    for (const port of spec.ports ?? []) delete port.nodePort
  }
  if (needsHealthCheck(last) && !needsHealthCheck(now) && same('healthCheckNodePort')) drop('healthCheckNodePort')
  const leftLoadBalancer = last.spec.type === 'LoadBalancer' && spec.type !== 'LoadBalancer'
  for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass'] as const) {
    if (leftLoadBalancer && same(field)) drop(field)
  }
  if (isExternallyReachable(last) && !isExternallyReachable(now) && same('externalTrafficPolicy')) {
    drop('externalTrafficPolicy')
  }
  if (last.spec.type !== 'ExternalName' && spec.type === 'ExternalName' && same('internalTrafficPolicy')) {
    drop('internalTrafficPolicy')
  }
}

/** No port of before has another node port now. */
function sameNodePorts({ spec }: Service, last: Service): boolean {
  const before = new Set((last.spec.ports ?? []).map(({ nodePort = 0 }) => nodePort))
  return (spec.ports ?? []).every(({ nodePort = 0 }) => nodePort === 0 || before.has(nodePort))
}
