import type { Probe, Reference } from './live.ts'
import { missed, passed } from './outcome.ts'
import { deploymentOf, owner, podsOf } from './pods-of.ts'

/** Every pod of the Deployment's selector is owned by a ReplicaSet, and that by the Deployment: nothing stands alone. */
export function ownerChain(reference: Reference): Probe {
  return async (live) => {
    const deployment = await deploymentOf(live, reference)
    const [pod] = await podsOf(live, reference)
    if (!pod) return missed('live-no-pods', { what: reference })
    const link = owner(pod)
    const set = link && (await live.objects.get('apps/v1 ReplicaSet', live.namespace, link.name))
    if (!set || set.metadata.uid !== link.uid) {
      return missed('live-owner', {
        what: `pod/${pod.metadata.name}`,
        found: link?.name ?? 'nobody',
        wanted: 'a ReplicaSet',
      })
    }
    const top = owner(set)
    if (top?.uid !== deployment.metadata.uid) {
      return missed('live-owner', {
        what: `replicaset/${set.metadata.name}`,
        found: top?.name ?? 'nobody',
        wanted: reference,
      })
    }
    return passed(`pod/${pod.metadata.name} → replicaset/${set.metadata.name} → ${reference}`)
  }
}
