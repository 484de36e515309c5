import { randomBytes } from 'node:crypto'
import type { Pod } from '../../cluster/apimachinery/objects.ts'
import { ensureNamespace } from '../apply/lesson-namespace.ts'
import { resourceOf } from '../cluster/objects.ts'
import { podDoor } from './door.ts'
import { factsOf } from './image-built.ts'
import type { Live, Probe } from './live.ts'
import { missed, type Outcome, passed, Settled, unsettled, untried } from './outcome.ts'
import { blameMissingImage, podEvidence, stuckReason } from './pod-evidence.ts'
import type { Reply } from './reply.ts'
import { DEFAULT_PORT } from './servers.ts'
import { duration } from './waiting.ts'

const LABELS = { app: 'my-server' }
const POD = resourceOf('v1 Pod')
const TIMES = 3
/** From creation to an answer, on a slow node. Milliseconds. */
const WITHIN_MS = 60_000
/** A pod that is stuck, or runs and does not answer, for so long does not come round by itself. Milliseconds. */
const STUCK_MS = 2_500
const SILENT_MS = 6_000

/** Two pods of the image that was just built answer, each with its own name. They are removed afterwards. */
export function podsOfImage(image: string): Probe {
  return async (live) => {
    if (!live.abilities.canBuildImage) return untried('not tried on this cluster: the image could not be built')
    const port = Number(factsOf(live, image).env.PORT ?? DEFAULT_PORT)
    await ensureNamespace(live.objects, live.namespace, live.waiting)
    await removeAll(live)
    // new names each time: the events of earlier pods must not be taken for theirs
    const run = randomBytes(2).toString('hex')
    const names = [`my-server-${run}-a`, `my-server-${run}-b`]
    try {
      await Promise.all(names.map((name) => live.objects.create(POD, live.namespace, podOf(name, image))))
      const replies = await Promise.all(names.map((name) => repliesOf(live, name, image, port)))
      return judge(names, replies)
    } finally {
      await removeAll(live)
    }
  }
}

function podOf(name: string, image: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: LABELS },
    spec: {
      containers: [{ name: 'server', image, imagePullPolicy: 'IfNotPresent' }],
      terminationGracePeriodSeconds: 1,
    },
  }
}

async function removeAll(live: Live): Promise<void> {
  const left = () => live.objects.list('v1 Pod', live.namespace, { labels: `app=${LABELS.app}` })
  for (const { metadata } of await left())
    await live.objects.delete(POD, live.namespace, metadata.name, { gracePeriodSeconds: 0 })
  await live.waiting.until('its pods are gone', async () => ((await left()).length === 0 ? true : undefined), 30_000)
}

type Answer = Extract<Reply, { kind: 'answer' }>

/** The answers of one pod, waited for; ends the check when it gives none. */
async function repliesOf(live: Live, name: string, image: string, port: number): Promise<readonly Answer[]> {
  const start = live.waiting.clock.now()
  let stuckSince: number | undefined
  let runsSince: number | undefined
  let pod: Pod | undefined
  let last: Reply | undefined
  const first = await live.waiting.until(
    `pod ${name} answers`,
    async (): Promise<Answer | 'stuck' | undefined> => {
      pod = await live.objects.get('v1 Pod', live.namespace, name)
      if (!pod) return undefined
      const now = live.waiting.clock.now()
      stuckSince = stuckReason(pod) === undefined ? undefined : (stuckSince ?? now)
      runsSince = pod.status.phase === 'Running' ? (runsSince ?? now) : undefined
      if (stuckSince !== undefined && now - stuckSince > STUCK_MS) return 'stuck'
      if (runsSince === undefined) return undefined
      last = await podDoor(live, pod, port).ask('/')
      if (last.kind === 'answer') return last
      return now - runsSince > SILENT_MS ? 'stuck' : undefined
    },
    WITHIN_MS,
  )
  if (first !== undefined && first !== 'stuck' && pod) {
    const replies = [first]
    while (replies.length < TIMES) {
      last = await podDoor(live, pod, port).ask('/')
      if (last.kind === 'failed')
        throw new Settled(
          missed(
            'live-unanswered',
            { answered: replies.length, sent: replies.length + 1 },
            await words(live, pod, last, port),
          ),
        )
      replies.push(last)
    }
    return replies
  }
  if (!pod) throw new Settled(missed('live-absent', { what: `pod/${name}`, namespace: live.namespace }))
  blameMissingImage({ ...live, images: [image] }, [pod])
  const evidence = await words(live, pod, last, port)
  const after = duration(live.waiting.since(start))
  if (first === undefined && pod.status.phase === 'Pending')
    throw new Settled(unsettled('live-not-settled', { ready: 0, wanted: 1, after }, evidence))
  throw new Settled(missed('image-pod-silent', { pod: name, after }, evidence))
}

/** What speaks for a pod's silence: its state and events, its log, and how the last request ended. */
async function words(live: Live, pod: Pod, last: Reply | undefined, port: number): Promise<string[]> {
  const lines = await podEvidence(live, [pod])
  if (last?.kind === 'failed') lines.push(`the last request to port ${port}: ${last.detail}`)
  if (lines.some((line) => line.startsWith('  log: '))) return lines
  const current = await live.objects.log(live.namespace, pod.metadata.name, { lines: 12 })
  const log = current || (await live.objects.log(live.namespace, pod.metadata.name, { lines: 12, previous: true }))
  return [
    ...lines,
    ...log
      .split('\n')
      .filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line))
      .map((line) => `  log: ${line}`),
  ]
}

function judge(names: readonly string[], replies: readonly (readonly Answer[])[]): Outcome {
  const shown = (text = '') => JSON.stringify(text.trimEnd().slice(0, 80))
  for (const answer of replies.flat())
    if (answer.status !== 200)
      return missed('live-wrong-answer', { path: '/', status: answer.status, wanted: 200 }, [
        'asked: a pod of the image',
      ])
  const strange = names.findIndex((name, index) => replies[index]?.some(({ text }) => !text.includes(name)))
  if (strange === -1) return passed(`answered by ${names.join(' and ')}`)
  const [a, b] = replies.map(([first]) => first?.text)
  if (a === b) return missed('same-name', { name: shown(a) })
  return missed('live-text-missing', {
    path: '/',
    found: shown(replies[strange]?.[0]?.text),
    wanted: JSON.stringify(names[strange]),
  })
}
