import { isIP } from 'node:net'
import type { Service } from '../../apimachinery/objects.ts'
import { duplicate, invalid, notSupported, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { validateIp } from './ip.ts'

const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack']
const FAMILIES = ['IPv4', 'IPv6']
const TRAFFIC = ['Cluster', 'Local']
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode']
const NOT_DUAL = 'this cluster is not configured for dual-stack services'

/** Cluster addresses, families and their policy: this cluster has one family, IPv4. */
export function validateAddresses({ spec }: Service): FieldError[] {
  if (spec.type === 'ExternalName') return []
  const { clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec
  const errors: FieldError[] = []
  if (ipFamilyPolicy !== undefined && !POLICIES.includes(ipFamilyPolicy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, POLICIES))
  }
  const families = new Set<string>()
  ipFamilies.forEach((family, index) => {
    const at = `spec.ipFamilies[${index}]`
    if (!FAMILIES.includes(family)) errors.push(notSupported(at, family, FAMILIES))
    if (families.has(family)) errors.push(duplicate(at, family))
    families.add(family)
  })
  if (clusterIPs.length > 0 && clusterIP === '') {
    errors.push(invalid('spec.clusterIPs', clusterIPs, 'must be empty when `clusterIP` is not specified'))
  } else if (clusterIPs.length > 0 && clusterIPs[0] !== clusterIP) {
    errors.push(invalid('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`'))
  }
  if (clusterIPs.length === 1 && clusterIPs[0] === 'None') return errors
  clusterIPs.forEach((address, index) => {
    const at = `spec.clusterIPs[${index}]`
    if (address === 'None') errors.push(invalid(at, address, "'None' must be the first and only value"))
    else errors.push(...validateIp(address, at))
  })
  return errors
}

/** A service that keeps needing an address keeps the one it has. */
export function validateSameAddress(next: Service, last: Service): FieldError[] {
  if (next.spec.type === 'ExternalName' || last.spec.type === 'ExternalName') return []
  const { clusterIPs = [] } = next.spec
  const [before] = last.spec.clusterIPs ?? []
  if (before === undefined || clusterIPs[0] === before) return []
  return [invalid('spec.clusterIPs[0]', clusterIPs, 'may not change once set')]
}

/** What the allocator refuses: families that this cluster does not have. Told when the rest is right. */
export function validateStack({ spec }: Service): FieldError[] {
  const headlessWithoutSelector = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0
  if (spec.type === 'ExternalName' || headlessWithoutSelector) return []
  const errors: FieldError[] = []
  if (spec.ipFamilyPolicy === 'RequireDualStack')
    errors.push(invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, NOT_DUAL))
  spec.ipFamilies?.forEach((family, index) => {
    if (family !== 'IPv4') errors.push(invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'))
  })
  spec.clusterIPs?.forEach((address, index) => {
    if (isIP(address) === 6)
      errors.push(invalid(`spec.clusterIPs[${index}]`, address, 'IPv6 is not configured on this cluster'))
  })
  return errors
}

/** A service that traffic from outside the cluster may reach. */
export function isExternallyReachable({ spec }: Service): boolean {
  return (
    spec.type === 'LoadBalancer' ||
    spec.type === 'NodePort' ||
    (spec.type === 'ClusterIP' && !!spec.externalIPs?.length)
  )
}

export function validateTraffic(service: Service): FieldError[] {
  const { spec } = service
  const { externalTrafficPolicy, internalTrafficPolicy, healthCheckNodePort = 0, trafficDistribution } = spec
  const errors: FieldError[] = []
  const external = externalTrafficPolicy !== undefined && externalTrafficPolicy !== ''
  if (!isExternallyReachable(service)) {
    if (external) {
      const detail = 'may only be set for externally-accessible services'
      errors.push(invalid('spec.externalTrafficPolicy', externalTrafficPolicy, detail))
    }
  } else if (!external) errors.push(required('spec.externalTrafficPolicy'))
  else if (!TRAFFIC.includes(externalTrafficPolicy)) {
    errors.push(notSupported('spec.externalTrafficPolicy', externalTrafficPolicy, TRAFFIC))
  }
  const checked = spec.type === 'LoadBalancer' && externalTrafficPolicy === 'Local'
  if (!checked && healthCheckNodePort !== 0) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
    errors.push(invalid('spec.healthCheckNodePort', healthCheckNodePort, detail))
  }
  if (internalTrafficPolicy !== undefined && !TRAFFIC.includes(internalTrafficPolicy)) {
    errors.push(notSupported('spec.internalTrafficPolicy', internalTrafficPolicy, TRAFFIC))
  }
  if (trafficDistribution !== undefined && !DISTRIBUTIONS.includes(trafficDistribution)) {
    errors.push(notSupported('spec.trafficDistribution', trafficDistribution, DISTRIBUTIONS))
  }
  return errors
}
