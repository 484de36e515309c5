import type { Pod } from '../../cluster/apimachinery/objects.ts'
import type { Live, Reference } from './live.ts'
import { missed, type Outcome, Settled } from './outcome.ts'
import { isReady } from './pod-evidence.ts'
import { podsOf } from './pods-of.ts'

/** Pods (by UID) that a check does something to: checks that run side by side take different ones. */
const taken = new Set<string>()

/**
 * Works with a ready pod that no other check works with meanwhile: the one that was restarted least, since a container that ended often
 * is made to wait before it is started again. Ends the check when there is none within half a minute.
 */
export async function withOwnPod(
  live: Live,
  reference: Reference,
  work: (pod: Pod) => Promise<Outcome>,
): Promise<Outcome> {
  const pod = await live.waiting.until(
    `a pod of ${reference} is ready`,
    async () => {
      const ready = (await podsOf(live, reference)).filter(isReady)
      const [first] = ready
        .filter(({ metadata }) => !taken.has(metadata.uid))
        .sort((a, b) => restartsOf(a) - restartsOf(b))
      if (first) taken.add(first.metadata.uid)
      return first
    },
    30_000,
  )
  if (!pod) throw new Settled(missed('live-no-pods', { what: reference }))
  try {
    return await work(pod)
  } finally {
    taken.delete(pod.metadata.uid)
  }
}

export function restartsOf(pod: Pod): number {
  return (pod.status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0)
}
