import { resourceOf } from '../../checker/cluster/objects.ts'
import { answerOf, whoseJob } from '../../checker/live/answers.ts'
import type { Live, Probe } from '../../checker/live/live.ts'
import { missed } from '../../checker/live/outcome.ts'
import { isReady } from '../../checker/live/pod-evidence.ts'
import { podsOf } from '../../checker/live/pods-of.ts'
import { counted } from '../../checker/messages/counted.ts'
import type { Pod } from '../../cluster/apimachinery/objects.ts'
import { partNames, sameAs, stoppedAs } from './parts.ts'

const PROBE = 'tour-probe'
const HELLO = 'deployment/hello'

/** The part that is named gives a new pod its node. */
export const choosesANode = job(
  'choosesANode',
  'a new pod was put on a node',
  'the new pod waited without a node',
  'Scheduled',
  (live, withinMs) => withProbePod(live, withinMs, ({ spec }) => spec.nodeName !== undefined),
)

/** The part that is named creates a pod when one of hello's is missing. */
export const keepsTheCount = job(
  'keepsTheCount',
  'a missing pod was created',
  'nobody made up for the deleted pod',
  'SuccessfulCreate',
  async (live, withinMs) => {
    const before = await podsOf(live, HELLO)
    const [victim] = before
    if (!victim) return undefined
    const start = live.waiting.clock.now()
    await live.objects.delete(resourceOf('v1 Pod'), live.namespace, victim.metadata.name, { gracePeriodSeconds: 0 })
    const known = new Set(before.map(({ metadata }) => metadata.uid))
    return await live.waiting.until(
      'a pod takes the place of the deleted one',
      async () =>
        (await podsOf(live, HELLO)).some(({ metadata }) => !known.has(metadata.uid))
          ? live.waiting.since(start)
          : undefined,
      withinMs,
    )
  },
)

/** The part that is named starts the containers of a new pod. */
export const startsContainers = job(
  'startsContainers',
  'a new container was started',
  'the new pod got its node, and nothing was started in it',
  'Started',
  (live, withinMs) => withProbePod(live, withinMs, ({ status }) => status.phase === 'Running'),
)

/** `seen` and `undone` say in words what is seen when the job is done, and when it is not; `reason` is that of the event about it. */
function job(
  key: string,
  seen: string,
  undone: string,
  reason: string,
  done: (live: Live, withinMs: number) => Promise<number | undefined>,
): Probe {
  const probe = whoseJob({
    file: 'tour.yaml',
    key,
    parts: partNames,
    job: seen,
    stop: async (part, live) => {
      const name = stoppedAs(part)
      if (name !== 'kubelet') return name ? [name] : []
      return (await live.objects.list('v1 Node')).map(({ metadata }) => `kubelet/${metadata.name}`)
    },
    done,
    meanwhile: async (live, part) => {
      const ready = (await podsOf(live, HELLO)).filter(isReady).length
      return [`while ${part} was stopped: ${undone}; ${hello(ready)}`]
    },
    otherwise: async (live) => {
      const events = await live.objects.list('v1 Event', live.namespace)
      const writers = events.filter((event) => event.reason === reason).map(writerOf)
      return writers.flatMap(sameAs)
    },
  })
  return async (live) => {
    const part = answerOf(live, 'tour.yaml', key)
    // the API server and its memory cannot be stopped to try this: nobody could ask then
    if (sameAs(part).length > 0 && !stoppedAs(part)) return missed('answer-wrong', { key, found: part })
    return await probe(live)
  }
}

function hello(ready: number): string {
  return `${counted(ready, 'pod')} of hello ran on`
}

function writerOf(event: { readonly source?: { readonly component?: string }; readonly reportingComponent?: string }) {
  return event.source?.component || event.reportingComponent || ''
}

/** Creates a pod, waits for the condition, and removes the pod; gives the ms after which it held. */
async function withProbePod(
  live: Live,
  withinMs: number,
  condition: (pod: Pod) => boolean,
): Promise<number | undefined> {
  const resource = resourceOf('v1 Pod')
  const remove = () => live.objects.delete(resource, live.namespace, PROBE, { gracePeriodSeconds: 0 })
  const read = () => live.objects.get('v1 Pod', live.namespace, PROBE)
  const gone = () =>
    live.waiting.until(`${PROBE} is gone`, async () => ((await read()) === undefined ? true : undefined), 30_000)
  if (await remove()) await gone()
  const start = live.waiting.clock.now()
  await live.objects.create(resource, live.namespace, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: PROBE },
    spec: { containers: [{ name: 'server', image: 'starter-app:1.0' }], terminationGracePeriodSeconds: 1 },
  })
  try {
    return await live.waiting.until(
      'a new pod gets its place',
      async () => {
        const pod = await read()
        return pod && condition(pod) ? live.waiting.since(start) : undefined
      },
      withinMs,
    )
  } finally {
    await remove()
    await gone()
  }
}
