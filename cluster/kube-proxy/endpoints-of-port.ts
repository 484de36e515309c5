import type { EndpointSlice, EndpointSliceEndpoint, Service, ServicePort } from '../apimachinery/objects.ts'

/** One place that a connection can go to. */
export interface Target {
  readonly ip: string
  readonly port: number
  readonly node: string | undefined
}

/**
 * Where new connections to a Service's port may go, as pkg/proxy's CategorizeEndpoints: the ready ones; when there are none,
 * those that still serve while they terminate.
 */
export function targetsOf(port: ServicePort, slices: readonly EndpointSlice[]): readonly Target[] {
  const ready: Target[] = []
  const terminating: Target[] = []
  for (const slice of slices) {
    const number = slice.ports?.find((candidate) => (candidate.name ?? '') === (port.name ?? ''))?.port
    if (slice.addressType !== 'IPv4' || number === undefined) continue
    for (const endpoint of slice.endpoints ?? []) {
      const ip = endpoint.addresses[0]
      if (ip === undefined) continue
      const target = { ip, port: number, node: endpoint.nodeName }
      if (isReady(endpoint)) ready.push(target)
      else if (endpoint.conditions?.serving && endpoint.conditions.terminating) terminating.push(target)
    }
  }
  return unique(ready.length > 0 ? ready : terminating)
}

/** `ready` left out means ready. */
export function isReady(endpoint: EndpointSliceEndpoint): boolean {
  return endpoint.conditions?.ready !== false
}

/** An endpoint that moves from one slice to another is in both for a moment. */
function unique(targets: readonly Target[]): readonly Target[] {
  return [...new Map(targets.map((target) => [`${target.ip}:${target.port}`, target])).values()]
}

export function isHeadless(service: Service): boolean {
  return service.spec.clusterIP === 'None'
}
