import type { EndpointSlice, Service, ServicePort } from '../../cluster/apimachinery/objects.ts'
import { counted } from '../messages/counted.ts'
import { portOf } from './door.ts'
import { type Live, type Reference, refer } from './live.ts'
import { podsOf } from './pods-of.ts'

export interface Endpoint {
  readonly address: string
  readonly pod: string
  readonly ready: boolean
  readonly port: number | undefined
}

/** What stands behind a Service at this moment, as its EndpointSlices say; for one of its ports, where it is given. */
export async function endpointsOf(live: Live, reference: Reference, servicePort?: ServicePort): Promise<Endpoint[]> {
  const { name } = refer(reference)
  const slices = await live.objects.list('discovery.k8s.io/v1 EndpointSlice', live.namespace, {
    labels: `kubernetes.io/service-name=${name}`,
  })
  return slices.flatMap((slice) =>
    (slice.endpoints ?? []).flatMap(({ addresses, targetRef, conditions }) =>
      addresses.map((address) => ({
        address,
        pod: targetRef?.name ?? '',
        ready: conditions?.ready !== false,
        port: portIn(slice, servicePort),
      })),
    ),
  )
}

function portIn({ ports = [] }: EndpointSlice, wanted: ServicePort | undefined): number | undefined {
  return (wanted ? ports.find(({ name }) => (name ?? '') === (wanted.name ?? '')) : ports[0])?.port
}

/** Facts for someone whose Service does not answer: what it looks for, what stands behind it, what the pods say about their port. */
export async function serviceEvidence(live: Live, reference: Reference, service: Service): Promise<string[]> {
  const port = portOf(service, reference)
  const endpoints = await endpointsOf(live, reference, port)
  const lines: string[] = []
  const selector = Object.entries(service.spec.selector ?? {}).map(([key, value]) => `${key}=${value}`)
  if (endpoints.length === 0) {
    const pods = (await live.objects.list('v1 Pod', live.namespace)).filter((pod) => !pod.metadata.deletionTimestamp)
    lines.push(`it looks for pods with ${selector.join(', ') || 'no label at all'}, and no endpoint stands behind it`)
    for (const pod of pods.slice(0, 2)) {
      const labels = Object.entries(pod.metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`)
      lines.push(`${pod.metadata.name} carries ${labels.join(', ') || 'no labels'}`)
    }
    return lines
  }
  const ready = endpoints.filter((endpoint) => endpoint.ready)
  const target = endpoints[0]?.port
  lines.push(
    `port ${port?.port} of the Service leads to port ${target ?? 'none'} of ${counted(ready.length, 'ready pod')}`,
  )
  const [pod] = await podsOf(live, reference)
  if (pod) {
    const log = await live.objects.log(live.namespace, pod.metadata.name, { lines: 50 })
    // the words alone, where the log is JSON
    const [words] = /\blistening\b[^"\n]*/i.exec(log) ?? []
    if (words) lines.push(`${pod.metadata.name} says in its log: "${words.trim()}"`)
  }
  return lines
}
