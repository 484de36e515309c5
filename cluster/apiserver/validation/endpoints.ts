import { isIP } from 'node:net'
import type { EndpointSlice, EndpointSliceEndpoint, Endpoints } from '../../apimachinery/objects.ts'
import { PROTOCOLS } from './container-ports.ts'
import { child, duplicate, eachInvalid, invalid, notSupported, required, tooMany } from './field.ts'
import type { FieldError } from './field-error.ts'
import { validateImmutable } from './immutable.ts'
import { validateIp, validateNonSpecialIp } from './ip.ts'
import { dns1123Label, dns1123Subdomain, portNumber, qualifiedName } from './names.ts'

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6']
const MAX_ADDRESSES = 100
const MAX_PORTS = 20_000
const MAX_ENDPOINTS = 1000

export function validateEndpointSlice(slice: EndpointSlice): FieldError[] {
  const { addressType = '', endpoints, ports } = slice
  const errors: FieldError[] = []
  if (addressType === '') errors.push(required('addressType'))
  else if (!ADDRESS_TYPES.includes(addressType)) errors.push(notSupported('addressType', addressType, ADDRESS_TYPES))
  return [...errors, ...validateEndpoints(endpoints ?? [], addressType), ...validatePorts(ports ?? [])]
}

export function validateEndpointSliceUpdate(next: EndpointSlice, last: EndpointSlice): FieldError[] {
  return [...validateEndpointSlice(next), ...validateImmutable(next.addressType, last.addressType, 'addressType')]
}

function validateEndpoints(endpoints: readonly EndpointSliceEndpoint[], addressType: string): FieldError[] {
  if (endpoints.length > MAX_ENDPOINTS) return [tooMany('endpoints', endpoints.length, MAX_ENDPOINTS)]
  return endpoints.flatMap(({ addresses: given, hostname, nodeName }, index) => {
    const at = `endpoints[${index}]`
    const addresses = given ?? []
    const errors: FieldError[] = []
    if (addresses.length === 0) errors.push(required(`${at}.addresses`, 'must contain at least 1 address'))
    else if (addresses.length > MAX_ADDRESSES) errors.push(tooMany(`${at}.addresses`, addresses.length, MAX_ADDRESSES))
    addresses.forEach((address, position) => {
      errors.push(...validateAddress(address, addressType, `${at}.addresses`, `${at}.addresses[${position}]`))
    })
    if (nodeName !== undefined) errors.push(...eachInvalid(`${at}.nodeName`, nodeName, dns1123Subdomain(nodeName)))
    if (hostname !== undefined) errors.push(...eachInvalid(`${at}.hostname`, hostname, dns1123Label(hostname)))
    return errors
  })
}

/** A wrong family is told of the list, everything else of the address. */
function validateAddress(address: string, addressType: string, list: string, path: string): FieldError[] {
  if (addressType === 'FQDN') return eachInvalid(path, address, dns1123Subdomain(address))
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return []
  const wrong = validateIp(address, path)
  if (wrong.length > 0) return wrong
  const errors: FieldError[] = []
  if (`IPv${isIP(address)}` !== addressType) {
    errors.push(invalid(list, address, addressType === 'IPv4' ? 'must be an IPv4 address' : 'must be an IPv6 address'))
  }
  return [...errors, ...validateNonSpecialIp(address, path)]
}

function validatePorts(ports: NonNullable<EndpointSlice['ports']>): FieldError[] {
  if (ports.length > MAX_PORTS) return [tooMany('ports', ports.length, MAX_PORTS)]
  const names = new Set<string>()
  return ports.flatMap(({ name = '', protocol, appProtocol }, index) => {
    const at = `ports[${index}]`
    const errors = name === '' ? [] : eachInvalid(`${at}.name`, name, dns1123Label(name))
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name))
    names.add(name)
    if (protocol === undefined) errors.push(required(`${at}.protocol`))
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS))
    if (appProtocol !== undefined)
      errors.push(...eachInvalid(`${at}.appProtocol`, appProtocol, qualifiedName(appProtocol)))
    return errors
  })
}

type Subset = NonNullable<Endpoints['subsets']>[number]

export function validateEndpointsObject({ subsets = [] }: Endpoints): FieldError[] {
  return subsets.flatMap((subset, index) => validateSubset(subset, `subsets[${index}]`))
}

function validateSubset({ addresses = [], notReadyAddresses = [], ports = [] }: Subset, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (addresses.length === 0 && notReadyAddresses.length === 0) {
    errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'))
  }
  const lists = { addresses, notReadyAddresses }
  for (const [field, list] of Object.entries(lists)) {
    list.forEach(({ ip = '', hostname = '', nodeName }, index) => {
      const at = `${path}.${field}[${index}]`
      const wrong = validateIp(ip, `${at}.ip`)
      errors.push(...wrong)
      if (hostname !== '') errors.push(...eachInvalid(child(at, 'hostname'), hostname, dns1123Label(hostname)))
      if (nodeName) errors.push(...eachInvalid(`${at}.nodeName`, nodeName, dns1123Subdomain(nodeName)))
      if (wrong.length === 0) errors.push(...validateNonSpecialIp(ip, `${at}.ip`))
    })
  }
  ports.forEach(({ name = '', port = 0, protocol = '' }, index) => {
    const at = `${path}.ports[${index}]`
    if (name === '' && ports.length > 1) errors.push(required(`${at}.name`))
    else if (name !== '') errors.push(...eachInvalid(`${at}.name`, name, dns1123Label(name)))
    errors.push(...eachInvalid(`${at}.port`, port, portNumber(port)))
    if (protocol === '') errors.push(required(`${at}.protocol`))
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS))
  })
  return errors
}
