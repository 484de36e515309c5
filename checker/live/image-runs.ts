import type { Pod } from '../../cluster/apimachinery/objects.ts'
import { ImageBuildError } from '../cluster/cluster.ts'
import { resourceOf } from '../cluster/objects.ts'
import { podDoor } from './door.ts'
import type { Live, Probe } from './live.ts'
import { missed, passed, untried } from './outcome.ts'
import { isReady, podEvidence } from './pod-evidence.ts'
import { isAnswered } from './reply.ts'

interface ImageRuns {
  /** How many pods of it are started. */
  readonly pods?: number
  readonly port?: number
  /** Seconds. */
  readonly within?: number
}

/** The learner's folder is built as an image; pods of it run, and each answers with its own host name. They are removed afterwards. */
export function imageRuns(image: string, { pods: count = 2, port = 3000, within = 60 }: ImageRuns = {}): Probe {
  return async (live) => {
    const { canBuildImage } = live.abilities
    if (!canBuildImage) return untried('not tried on this cluster: it cannot build images')
    try {
      await canBuildImage(live.folder, image)
    } catch (error) {
      if (!(error instanceof ImageBuildError)) throw error
      return missed('image-not-built', { image }, error.message.split('\n'))
    }
    const names = Array.from({ length: count }, (_, index) => `image-check-${index + 1}`)
    try {
      await removeAll(live, names)
      for (const name of names)
        await live.objects.create(resourceOf('v1 Pod'), live.namespace, podOf(name, image, port))
      const running = await live.waiting.until(
        `${count} pods of ${image} answer`,
        async () => {
          const pods = await own(live, names)
          return pods.length === count && pods.every(isReady) ? pods : undefined
        },
        within * 1000,
      )
      if (!running) {
        const pods = await own(live, names)
        const params = { ready: pods.filter(isReady).length, wanted: count, after: `${within} s` }
        return missed('live-not-ready', params, await podEvidence(live, pods))
      }
      return await differentNames(live, running, port)
    } finally {
      await removeAll(live, names)
    }
  }
}

async function differentNames(live: Live, pods: readonly Pod[], port: number) {
  const said: string[] = []
  for (const pod of pods) {
    const door = podDoor(live, pod, port)
    // ready says that the container runs; its server may need another moment
    const reply = await live.waiting.until(
      `${pod.metadata.name} answers`,
      async () => {
        const answer = await door.ask('/')
        return isAnswered(answer) ? answer : undefined
      },
      10_000,
    )
    if (!reply) {
      return missed('live-unanswered', { answered: 0, sent: 1 }, [
        `asked at ${door.via}`,
        ...(await podEvidence(live, [pod])),
      ])
    }
    if (!reply.text.includes(pod.metadata.name)) {
      const found = JSON.stringify(reply.text.slice(0, 80))
      return missed('live-text-missing', { path: '/', found, wanted: `host name (${pod.metadata.name})` })
    }
    said.push(pod.metadata.name)
  }
  return passed(`${said.length} pods, each with its own name`)
}

function podOf(name: string, image: string, port: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'image-check' } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'server', image, imagePullPolicy: 'IfNotPresent', ports: [{ containerPort: port }] }],
    },
  }
}

async function own(live: Live, names: readonly string[]): Promise<Pod[]> {
  const pods = await live.objects.list('v1 Pod', live.namespace, { labels: 'app=image-check' })
  return pods.filter(({ metadata }) => names.includes(metadata.name) && !metadata.deletionTimestamp)
}

async function removeAll(live: Live, names: readonly string[]): Promise<void> {
  for (const name of names)
    await live.objects.delete(resourceOf('v1 Pod'), live.namespace, name, { gracePeriodSeconds: 0 })
}
