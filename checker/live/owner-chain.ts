import { matchesSelector } from '../../cluster/apimachinery/labels.ts'
import { counted } from '../messages/counted.ts'
import type { Probe, Reference } from './live.ts'
import { missed, passed } from './outcome.ts'
import { deploymentOf, owner } from './pods-of.ts'

/** Every pod of the Deployment's selector is owned by a ReplicaSet, and that by the Deployment: nothing stands alone. */
export function ownerChain(reference: Reference): Probe {
  return async (live) => {
    const deployment = await deploymentOf(live, reference)
    const pods = (await live.objects.list('v1 Pod', live.namespace)).filter(
      (pod) => !pod.metadata.deletionTimestamp && matchesSelector(deployment.spec.selector, pod.metadata.labels),
    )
    if (pods.length === 0) return missed('live-no-pods', { what: reference })
    let between = ''
    for (const pod of pods) {
      const link = owner(pod)
      const set = link && (await live.objects.get('apps/v1 ReplicaSet', live.namespace, link.name))
      if (!set || set.metadata.uid !== link.uid) {
        const found = link?.name ?? 'nobody'
        return missed('live-owner', { what: `pod/${pod.metadata.name}`, found, wanted: 'a ReplicaSet' })
      }
      const top = owner(set)
      if (top?.uid !== deployment.metadata.uid) {
        const found = top?.name ?? 'nobody'
        return missed('live-owner', { what: `replicaset/${set.metadata.name}`, found, wanted: reference })
      }
      between = set.metadata.name
    }
    return passed(`${counted(pods.length, 'pod')} → ${between} → ${deployment.metadata.name}`)
  }
}
