import { matchesSelector } from '../../cluster/apimachinery/labels.ts'
import type { Deployment, Pod, ReplicaSet } from '../../cluster/apimachinery/objects.ts'
import { type Live, type Reference, refer } from './live.ts'
import { absent, Settled } from './outcome.ts'

/** The Deployment, or the end of the check when there is none. */
export async function deploymentOf(live: Live, reference: Reference): Promise<Deployment> {
  const { name } = refer(reference)
  const deployment = await live.objects.get('apps/v1 Deployment', live.namespace, name)
  if (!deployment) throw new Settled(absent(live, reference))
  return deployment
}

/** The pods that a Deployment, a ReplicaSet or a pod's name means: those that are its own and are not being deleted. */
export async function podsOf(live: Live, reference: Reference): Promise<readonly Pod[]> {
  const { kind, name } = refer(reference)
  const pods = (await live.objects.list('v1 Pod', live.namespace)).filter((pod) => !pod.metadata.deletionTimestamp)
  if (kind === 'v1 Pod') return pods.filter((pod) => pod.metadata.name === name)
  const sets = await live.objects.list('apps/v1 ReplicaSet', live.namespace)
  if (kind === 'apps/v1 ReplicaSet')
    return ownedBy(
      pods,
      sets.filter((set) => set.metadata.name === name),
    )
  if (kind === 'v1 Service') {
    const service = await live.objects.get('v1 Service', live.namespace, name)
    const selector = service?.spec.selector
    return selector ? pods.filter((pod) => matchesSelector({ matchLabels: selector }, pod.metadata.labels)) : []
  }
  const deployment = await deploymentOf(live, reference)
  const own = sets.filter((set) => owner(set)?.uid === deployment.metadata.uid)
  return ownedBy(pods, own)
}

/** Those of a Deployment's pods that its template of now made: what is wrong with older ones may be mended already. */
export async function newestPodsOf(live: Live, reference: Reference): Promise<readonly Pod[]> {
  const pods = await podsOf(live, reference)
  const { metadata } = await deploymentOf(live, reference)
  const sets = (await live.objects.list('apps/v1 ReplicaSet', live.namespace))
    .filter((set) => owner(set)?.uid === metadata.uid)
    .sort((one, other) => revision(other) - revision(one))
  return ownedBy(pods, sets.slice(0, 1))
}

/** As the deployment controller counts its templates; one that is used again becomes the newest. */
function revision({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)
}

/** The reference to the controller of an object, if it has one. */
export function owner(object: Pod | ReplicaSet | Deployment) {
  return object.metadata.ownerReferences?.find(({ controller }) => controller)
}

function ownedBy(pods: readonly Pod[], sets: readonly ReplicaSet[]): readonly Pod[] {
  const uids = new Set(sets.map(({ metadata }) => metadata.uid))
  return pods.filter((pod) => uids.has(owner(pod)?.uid ?? ''))
}
