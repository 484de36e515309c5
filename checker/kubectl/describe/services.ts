import type { EndpointSlice, Endpoints, Service } from '../../../cluster/apimachinery/objects.ts'
import { typed } from '../objects.ts'
import { formatSelector } from '../workload.ts'
import type { Describer } from './describer.ts'

/** Endpoints of a port that are named; more are counted. */
const SHOWN = 3

export const describeService: Describer = async (page, object, around) => {
  const { metadata, spec, status } = typed<Service>(object)
  page.field(0, 'Name', metadata.name).field(0, 'Namespace', metadata.namespace)
  page.labels('Labels', metadata.labels).annotations(metadata.annotations)
  page.field(0, 'Selector', formatSelector({ matchLabels: spec.selector ?? {} }) || '<none>')
  page.field(0, 'Type', spec.type ?? '')
  if (spec.ipFamilyPolicy) page.field(0, 'IP Family Policy', spec.ipFamilyPolicy)
  page.field(0, 'IP Families', spec.ipFamilies?.join(',') || '<none>')
  page.field(0, 'IP', spec.clusterIP ?? '')
  page.field(0, 'IPs', spec.clusterIPs?.join(',') || '<none>')
  if (spec.externalIPs?.length) page.field(0, 'External IPs', spec.externalIPs.join(','))
  if (spec.loadBalancerIP) page.field(0, 'Desired LoadBalancer IP', spec.loadBalancerIP)
  if (spec.externalName) page.field(0, 'External Name', spec.externalName)
  const ingress = status?.loadBalancer?.ingress ?? []
  if (ingress.length > 0) {
    const points = ingress.map(({ ip, hostname, ipMode }) => (ip ? `${ip}${ipMode ? ` (${ipMode})` : ''}` : hostname))
    page.field(0, 'LoadBalancer Ingress', points.join(', '))
  }
  const labelSelector = `kubernetes.io/service-name=${metadata.name}`
  const found = await around.list('endpointslices.discovery.k8s.io', metadata.namespace, { labelSelector })
  const slices = found.map((slice) => typed<EndpointSlice>(slice))
  for (const { name, port, protocol, targetPort, nodePort } of spec.ports ?? []) {
    const shown = name || '<unset>'
    page.line(0, `Port:\t${shown}\t${port}/${protocol}`).field(0, 'TargetPort', `${targetPort}/${protocol}`)
    if (nodePort) page.line(0, `NodePort:\t${shown}\t${nodePort}/${protocol}`)
    page.field(0, 'Endpoints', addressesOf(slices, name ?? ''))
  }
  page.field(0, 'Session Affinity', spec.sessionAffinity)
  if (spec.externalTrafficPolicy) page.field(0, 'External Traffic Policy', spec.externalTrafficPolicy)
  if (spec.internalTrafficPolicy) page.field(0, 'Internal Traffic Policy', spec.internalTrafficPolicy)
  if (spec.healthCheckNodePort) page.field(0, 'HealthCheck NodePort', spec.healthCheckNodePort)
  if (spec.loadBalancerSourceRanges?.length)
    page.field(0, 'LoadBalancer Source Ranges', spec.loadBalancerSourceRanges.join(','))
}

function addressesOf(slices: readonly EndpointSlice[], portName: string): string {
  const all = slices.flatMap(({ ports, endpoints }) =>
    (ports ?? [])
      .filter(({ name, port }) => port !== undefined && (name ?? '') === portName)
      .flatMap(({ port }) =>
        (endpoints ?? [])
          .filter(({ conditions }) => conditions?.ready !== false)
          .flatMap(({ addresses }) => addresses.map((address) => `${address}:${port}`)),
      ),
  )
  const more = all.length - SHOWN
  return more > 0 ? `${all.slice(0, SHOWN).join(',')} + ${more} more...` : all.join(',')
}

export const describeEndpointSlice: Describer = (page, object) => {
  const { metadata, addressType, ports, endpoints } = typed<EndpointSlice>(object)
  page.field(0, 'Name', metadata.name).field(0, 'Namespace', metadata.namespace)
  page.labels('Labels', metadata.labels).annotations(metadata.annotations)
  page.field(0, 'AddressType', addressType)
  if (!ports?.length) page.line(0, 'Ports: <unset>')
  else {
    page.line(0, 'Ports:').line(1, 'Name\tPort\tProtocol').line(1, '----\t----\t--------')
    for (const { name, port, protocol } of ports)
      page.line(1, `${name || '<unset>'}\t${port ?? '<unset>'}\t${protocol ?? '<unset>'}`)
  }
  if (!endpoints?.length) page.line(0, 'Endpoints: <none>')
  else page.line(0, 'Endpoints:')
  for (const { addresses, conditions, hostname, targetRef, nodeName, zone } of endpoints ?? []) {
    page.line(1, `- Addresses:\t${addresses.join(', ')}`).line(2, 'Conditions:')
    page.field(3, 'Ready', conditions?.ready ?? '<unset>').field(2, 'Hostname', hostname ?? '<unset>')
    if (targetRef) page.field(2, 'TargetRef', `${targetRef.kind}/${targetRef.name}`)
    page.field(2, 'NodeName', nodeName ?? '<unset>').field(2, 'Zone', zone ?? '<unset>')
  }
}

export const describeEndpoints: Describer = (page, object) => {
  const { metadata, subsets } = typed<Endpoints>(object)
  page.field(0, 'Name', metadata.name).field(0, 'Namespace', metadata.namespace)
  page.labels('Labels', metadata.labels).annotations(metadata.annotations).line(0, 'Subsets:')
  for (const { addresses, notReadyAddresses, ports } of subsets ?? []) {
    page.field(1, 'Addresses', addresses?.map(({ ip }) => ip).join(',') || '<none>')
    page.field(1, 'NotReadyAddresses', notReadyAddresses?.map(({ ip }) => ip).join(',') || '<none>')
    if (ports?.length) page.line(1, 'Ports:').line(2, 'Name\tPort\tProtocol').line(2, '----\t----\t--------')
    for (const { name, port, protocol } of ports ?? []) page.line(2, `${name || '<unset>'}\t${port}\t${protocol}`)
    page.line(0, '')
  }
}
