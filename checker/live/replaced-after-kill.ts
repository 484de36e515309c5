import { resourceOf } from '../cluster/objects.ts'
import type { Probe, Reference } from './live.ts'
import { missed, passed } from './outcome.ts'
import { restartsOf } from './own-pod.ts'
import { isReady, podEvidence } from './pod-evidence.ts'
import { deploymentOf, podsOf } from './pods-of.ts'
import { duration } from './waiting.ts'

/** Deletes one pod: another one with a new UID becomes ready, and there are as many as before. */
export function replacedAfterKill(reference: Reference, { within = 60 }: { readonly within?: number } = {}): Probe {
  return async (live) => {
    const wanted = (await deploymentOf(live, reference)).spec.replicas ?? 1
    const before = await podsOf(live, reference)
    // the one that was restarted most: what other checks did to it is gone with it
    const [victim] = before.filter(isReady).sort((a, b) => restartsOf(b) - restartsOf(a))
    if (!victim) return missed('live-no-pods', { what: reference })
    const start = live.waiting.clock.now()
    const { name, uid } = victim.metadata
    const found = await live.objects.delete(resourceOf('v1 Pod'), live.namespace, name, { uid })
    if (!found) return missed('live-still-there', { pod: name })

    const known = new Set(before.map(({ metadata }) => metadata.uid))
    const fresh = await live.waiting.until(
      `another pod takes the place of ${name}`,
      async () => {
        const ready = (await podsOf(live, reference)).filter(isReady)
        return ready.length >= wanted ? ready.find(({ metadata }) => !known.has(metadata.uid)) : undefined
      },
      within * 1000,
    )
    const after = duration(live.waiting.since(start))
    if (fresh)
      return passed(`new pod ready after ${after}`, [`${name} deleted; ${fresh.metadata.name} came, with a new UID`])
    const now = await podsOf(live, reference)
    if (now.some(({ metadata }) => metadata.uid === uid)) return missed('live-same-pod', { pod: name })
    return missed(
      'live-not-replaced',
      { ready: now.filter(isReady).length, wanted, after },
      await podEvidence(live, now),
    )
  }
}
