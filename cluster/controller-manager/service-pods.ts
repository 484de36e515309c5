import { timestamp } from '../apimachinery/clock.ts'
import { matchesLabels } from '../apimachinery/labels.ts'
import type { Pod, Service, ServicePort } from '../apimachinery/objects.ts'
import { isFinished, podCondition } from '../apimachinery/pods.ts'
import { keyOf } from '../client/informer.ts'
import type { InformerCache } from '../client/informer-cache.ts'

/** The label of endpoints whose service has no address of its own. */
export const HEADLESS = 'service.kubernetes.io/headless'
export const LAST_CHANGE = 'endpoints.kubernetes.io/last-change-trigger-time'

export const isHeadless = (service: Service): boolean => service.spec.clusterIP === 'None' || !service.spec.clusterIP

/** Whether the service's endpoints are for a controller to keep: it selects pods. */
export function selectsPods({ spec }: Service): boolean {
  return spec.type !== 'ExternalName' && spec.selector !== undefined && Object.keys(spec.selector).length > 0
}

/** The pods that are, or are about to be, behind a service: not finished, and with an address. */
export function podsBehind(service: Service, cache: InformerCache): Pod[] {
  return cache
    .list('v1 Pod', service.metadata.namespace)
    .filter((pod) => matchesLabels(service.spec.selector, pod.metadata.labels))
    .filter((pod) => pod.status?.podIP && !isFinished(pod))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
}

/** Keys of the services that a pod is behind: what a change of the pod concerns. */
export function servicesOf(pod: Pod, cache: InformerCache): string[] {
  return cache
    .list('v1 Service', pod.metadata.namespace)
    .filter((service) => selectsPods(service) && matchesLabels(service.spec.selector, pod.metadata.labels))
    .map(keyOf)
}

/** The number of the container port that a service port means on this pod; undefined when a named one is not there. */
export function findPort(pod: Pod, { targetPort, port, protocol = 'TCP' }: ServicePort): number | undefined {
  if (typeof targetPort !== 'string') return targetPort || port
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
  return [...pod.spec.containers, ...sidecars]
    .flatMap((container) => container.ports ?? [])
    .find((own) => own.name === targetPort && (own.protocol ?? 'TCP') === protocol)?.containerPort
}

/** The pod's host name, where the service gives it a name of its own in the cluster's DNS. */
export function hostnameBehind({ spec, metadata }: Pod, service: Service): string | undefined {
  const named = spec.hostname && spec.subdomain === service.metadata.name
  return named && metadata.namespace === service.metadata.namespace ? spec.hostname : undefined
}

/** When the newest of the changes happened that the endpoints show. */
export function lastChange(service: Service, pods: readonly Pod[]): string {
  const moments = [
    service.metadata.creationTimestamp,
    ...pods.map((pod) => podCondition(pod, 'Ready')?.lastTransitionTime ?? pod.metadata.creationTimestamp),
  ]
  return timestamp(Math.max(...moments.map((moment) => Date.parse(moment))))
}
