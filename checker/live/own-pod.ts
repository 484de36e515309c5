import type { Pod } from '../../cluster/apimachinery/objects.ts'
import { resourceOf } from '../cluster/objects.ts'
import type { Live, Reference } from './live.ts'
import { missed, type Outcome, Settled } from './outcome.ts'
import { isReady, podEvidence } from './pod-evidence.ts'
import { owner, podsOf } from './pods-of.ts'

/** Pods (by UID) that a check does something to: checks that run side by side take different ones. */
const taken = new Set<string>()

/** How long a pod is waited for. Milliseconds. */
const PATIENCE_MS = 30_000

interface Choice {
  /**
   * The container is about to be ended: one that was restarted before would be made to wait (the kubelet's back-off) and say nothing
   * about the learner's numbers. Where every pod was, one of them is deleted, and the one that takes its place is used.
   */
  readonly rested?: boolean
}

/**
 * Works with a ready pod that no other check works with meanwhile, the one that was restarted least. Ends the check when there is none
 * within half a minute.
 */
export async function withOwnPod(
  live: Live,
  reference: Reference,
  work: (pod: Pod) => Promise<Outcome>,
  { rested = false }: Choice = {},
): Promise<Outcome> {
  let pod = await takePod(live, reference, () => true)
  if (!pod) throw new Settled(missed('live-no-pods', { what: reference }))
  try {
    if (rested && restartsOf(pod) > 0 && owner(pod)) {
      const tired = pod
      await live.objects.delete(resourceOf('v1 Pod'), live.namespace, tired.metadata.name, { uid: tired.metadata.uid })
      const fresh = await takePod(live, reference, (each) => restartsOf(each) === 0)
      taken.delete(tired.metadata.uid)
      if (!fresh)
        throw new Settled(
          missed('live-no-pods', { what: reference }, await podEvidence(live, await podsOf(live, reference))),
        )
      pod = fresh
    }
    return await work(pod)
  } finally {
    taken.delete(pod.metadata.uid)
  }
}

async function takePod(live: Live, reference: Reference, fits: (pod: Pod) => boolean): Promise<Pod | undefined> {
  return await live.waiting.until(
    `a pod of ${reference} is ready`,
    async () => {
      const free = (await podsOf(live, reference)).filter((pod) => isReady(pod) && !taken.has(pod.metadata.uid))
      const [first] = free.filter(fits).sort((a, b) => restartsOf(a) - restartsOf(b))
      if (first) taken.add(first.metadata.uid)
      return first
    },
    PATIENCE_MS,
  )
}

export function restartsOf(pod: Pod): number {
  return (pod.status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0)
}
