import { resourceOf } from '../../checker/cluster/objects.ts'
import { type Live, outcomeOf, type Reference, refer } from '../../checker/live/live.ts'
import { Settled, unsettled } from '../../checker/live/outcome.ts'
import { isReady } from '../../checker/live/pod-evidence.ts'
import { deploymentOf, podsOf } from '../../checker/live/pods-of.ts'
import { rollout } from '../../checker/live/rollout.ts'
import { duration } from '../../checker/live/waiting.ts'

/** What was seen of an update that never gets ready. */
export interface Stalled {
  readonly readyPods: number
  /** Of the condition Progressing, which is False. */
  readonly reason: string
  readonly goesBack: boolean
}

/** So long is looked whether anybody takes the update back. Milliseconds. */
const LOOK_ON_MS = 1_000
const WITHIN_MS = 60_000

/** Updates the Deployment to an image that nobody has, looks what becomes of it, and takes it back. Done once for all checks of a run. */
export function stalledRelease(reference: Reference, image: string): (live: Live) => Promise<Stalled> {
  const runs = new WeakMap<Live['manifests'], Promise<Stalled>>()
  return (live) => {
    const run = runs.get(live.manifests) ?? stall(live, reference, image)
    runs.set(live.manifests, run)
    return run
  }
}

async function stall(live: Live, reference: Reference, image: string): Promise<Stalled> {
  const before = await imageOf(live, reference)
  const start = live.waiting.clock.now()
  await setImage(live, reference, image)
  try {
    const reason = await live.waiting.until(
      `${reference} notices that its update is stuck`,
      async () => {
        const { conditions = [] } = (await deploymentOf(live, reference)).status
        return conditions.find(({ type, status }) => type === 'Progressing' && status === 'False')?.reason
      },
      WITHIN_MS,
    )
    if (reason === undefined) {
      const after = duration(live.waiting.since(start))
      throw new Settled(unsettled('live-not-settled', { ready: 0, wanted: 1, after }))
    }
    await live.waiting.pass('whether anybody takes it back', LOOK_ON_MS)
    const readyPods = (await podsOf(live, reference)).filter(isReady).length
    return { readyPods, reason, goesBack: (await imageOf(live, reference)) !== image }
  } finally {
    await setImage(live, reference, before)
    await outcomeOf(rollout(reference), live)
  }
}

async function imageOf(live: Live, reference: Reference): Promise<string> {
  return (await deploymentOf(live, reference)).spec.template.spec?.containers[0]?.image ?? ''
}

async function setImage(live: Live, reference: Reference, image: string): Promise<void> {
  const [first, ...rest] = (await deploymentOf(live, reference)).spec.template.spec?.containers ?? []
  const body = { spec: { template: { spec: { containers: [{ ...first, image }, ...rest] } } } }
  await live.objects.patch(resourceOf('apps/v1 Deployment'), live.namespace, refer(reference).name, body)
}
