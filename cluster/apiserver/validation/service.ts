import type { Service, ServicePort } from '../../apimachinery/objects.ts'
import { PROTOCOLS } from './container-ports.ts'
import { duplicate, eachInvalid, forbidden, invalid, notSupported, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { internalForm } from './internal-form.ts'
import { validateIp, validateNonSpecialIp } from './ip.ts'
import { validateLabels } from './labels.ts'
import { dns1123Label, dns1123Subdomain, portNumber, qualifiedName } from './names.ts'
import { validatePort } from './numbers.ts'
import { validateAddresses, validateSameAddress, validateTraffic } from './service-network.ts'

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const AFFINITIES = ['ClientIP', 'None']
const KUBELET_PORT = 10250
const MAX_AFFINITY_SECONDS = 86_400

export const isHeadless = ({ spec }: Service): boolean => spec.clusterIP === 'None' || spec.clusterIPs?.[0] === 'None'

/** As ValidateService of k8s.io/kubernetes/pkg/apis/core/validation, in its order. `last` is the service before an update. */
export function validateService(service: Service, last?: Service): FieldError[] {
  const { spec } = service
  const { ports = [], type = '', externalIPs = [] } = spec
  const errors = last ? validateSameAddress(service, last) : []
  if (ports.length === 0 && !isHeadless(service) && type !== 'ExternalName') errors.push(required('spec.ports'))
  errors.push(...validateByType(service))
  const names = new Set<string>()
  ports.forEach((port, index) => {
    errors.push(...validateServicePort(port, ports.length > 1, names, `spec.ports[${index}]`))
  })
  errors.push(...validateLabels(spec.selector, 'spec.selector'))
  errors.push(...validateAffinity(service))
  errors.push(...validateAddresses(service))
  externalIPs.forEach((address, index) => {
    const at = `spec.externalIPs[${index}]`
    const wrong = validateIp(address, at)
    errors.push(...(wrong.length > 0 ? wrong : validateNonSpecialIp(address, at)))
  })
  if (type === '') errors.push(required('spec.type'))
  else if (!TYPES.includes(type)) errors.push(notSupported('spec.type', type, TYPES))
  errors.push(...validateNodePorts(service), ...validateSamePorts(ports))
  return [...errors, ...validateLoadBalancer(service), ...validateTraffic(service)]
}

function validateByType(service: Service): FieldError[] {
  const { spec } = service
  const headless = (what: string) =>
    isHeadless(service) ? [invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${what} services`)] : []
  switch (spec.type) {
    case 'LoadBalancer': {
      const taken = (spec.ports ?? []).flatMap(({ port }, index) => {
        if (port !== KUBELET_PORT) return []
        const detail = `may not expose port ${KUBELET_PORT} externally since it is used by kubelet`
        return [invalid(`spec.ports[${index}].port`, port, detail)]
      })
      return [...taken, ...headless('LoadBalancer')]
    }
    case 'NodePort':
      return headless('NodePort')
    case 'ExternalName':
      return validateExternalName(service)
    default:
      return []
  }
}

function validateExternalName({ spec }: Service): FieldError[] {
  const errors: FieldError[] = []
  const not = 'may not be set for ExternalName services'
  if (spec.clusterIPs?.length) errors.push(forbidden('spec.clusterIPs', not))
  if (spec.ipFamilies?.length) errors.push(forbidden('spec.ipFamilies', not))
  if (spec.ipFamilyPolicy) errors.push(forbidden('spec.ipFamilyPolicy', not))
  const name = (spec.externalName ?? '').replace(/\.$/, '')
  if (name === '') errors.push(required('spec.externalName'))
  else errors.push(...eachInvalid('spec.externalName', name, dns1123Subdomain(name)))
  return errors
}

function validateServicePort(
  { name = '', port = 0, protocol = '', targetPort, appProtocol }: ServicePort,
  named: boolean,
  names: Set<string>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = []
  if (named && name === '') errors.push(required(`${path}.name`))
  else if (name !== '') {
    errors.push(...eachInvalid(`${path}.name`, name, dns1123Label(name)))
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name))
    names.add(name)
  }
  errors.push(...eachInvalid(`${path}.port`, port, portNumber(port)))
  if (protocol === '') errors.push(required(`${path}.protocol`))
  else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, PROTOCOLS))
  const target = (targetPort ?? 0) as number | string
  errors.push(...validatePort(target, `${path}.targetPort`))
  if (appProtocol !== undefined)
    errors.push(...eachInvalid(`${path}.appProtocol`, appProtocol, qualifiedName(appProtocol)))
  return errors
}

function validateAffinity({ spec }: Service): FieldError[] {
  const { sessionAffinity = '', sessionAffinityConfig } = spec
  if (sessionAffinity === '') return [required('spec.sessionAffinity')]
  if (!AFFINITIES.includes(sessionAffinity)) return [notSupported('spec.sessionAffinity', sessionAffinity, AFFINITIES)]
  const at = 'spec.sessionAffinityConfig'
  if (sessionAffinity === 'None') {
    return sessionAffinityConfig ? [forbidden(at, 'must not be set when session affinity is None')] : []
  }
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds
  if (seconds === undefined) {
    return [required(`${at}.clientIP`, 'when session affinity type is ClientIP')]
  }
  if (seconds > 0 && seconds <= MAX_AFFINITY_SECONDS) return []
  const detail = `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`
  return [invalid(`${at}.clientIP.timeoutSeconds`, seconds, detail)]
}

function validateNodePorts({ spec }: Service): FieldError[] {
  const errors: FieldError[] = []
  const taken = new Set<string>()
  spec.ports?.forEach(({ nodePort = 0, protocol }, index) => {
    if (nodePort === 0) return
    const at = `spec.ports[${index}].nodePort`
    if (spec.type === 'ClusterIP') errors.push(forbidden(at, "may not be used when `type` is 'ClusterIP'"))
    const key = `${protocol}/${nodePort}`
    if (taken.has(key)) errors.push(duplicate(at, nodePort))
    taken.add(key)
  })
  return errors
}

function validateSamePorts(ports: readonly ServicePort[]): FieldError[] {
  const taken = new Set<string>()
  return ports.flatMap(({ protocol, port }, index) => {
    const key = `${protocol}/${port}`
    const known = taken.has(key)
    taken.add(key)
    return known ? [duplicate(`spec.ports[${index}]`, internalForm('ServicePort', { protocol, port }))] : []
  })
}

function validateLoadBalancer({ spec }: Service): FieldError[] {
  const { type, loadBalancerSourceRanges = [], allocateLoadBalancerNodePorts, loadBalancerClass } = spec
  const errors: FieldError[] = []
  const only = "may only be used when `type` is 'LoadBalancer'"
  if (loadBalancerSourceRanges.length > 0) {
    if (type !== 'LoadBalancer') errors.push(forbidden('spec.LoadBalancerSourceRanges', only))
    loadBalancerSourceRanges.forEach((range, index) => {
      if (/^[0-9a-fA-F.:]+\/\d{1,3}$/.test(range.trim())) return
      const detail = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'
      errors.push(invalid(`spec.LoadBalancerSourceRanges[${index}]`, range, detail))
    })
  }
  if (type !== 'LoadBalancer' && allocateLoadBalancerNodePorts !== undefined) {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', only))
  }
  if (loadBalancerClass !== undefined) {
    if (type !== 'LoadBalancer') errors.push(forbidden('spec.loadBalancerClass', only))
    else errors.push(...eachInvalid('spec.loadBalancerClass', loadBalancerClass, qualifiedName(loadBalancerClass)))
  }
  return errors
}
