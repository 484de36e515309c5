import type { Pod } from '../../cluster/apimachinery/objects.ts'
import { resourceOf } from '../cluster/objects.ts'
import { configMapOf, patchData } from './config-run.ts'
import { type Live, type Probe, type Reference, refer } from './live.ts'
import { absent, missed, passed, Settled } from './outcome.ts'
import { podEvidence } from './pod-evidence.ts'
import { duration } from './waiting.ts'

interface MountedFile {
  /** Its name. */
  readonly configMap: string
  readonly key: string
  /** The value that it is changed to. */
  readonly to: string
  /** What the pod prints, again and again: a word, and behind it the value that it has in the file or in the environment. */
  readonly file: string
  readonly environment: string
  /** Seconds. A kubelet looks about once a minute where nobody calls it. */
  readonly within?: number
}

/** Seconds after which a file that cannot follow has not followed. */
const NEVER_S = 10
const PRINTS_MS = 20_000

/** Written into the pod for a while: whenever a pod changes, its kubelet brings its volumes up to date. */
const TOUCHED = 'kubernetes-by-hand/touched-at'

/**
 * A file that is mounted from a ConfigMap gets the new value while the pod runs; its environment keeps the old one. The kubelet is called to
 * look at once.
 */
export function fileFollows(reference: Reference, plan: MountedFile): Probe {
  const { configMap, key, to, within = 150 } = plan
  return async (live) => {
    const { name } = refer(reference)
    const pod = await live.objects.get('v1 Pod', live.namespace, name)
    if (!pod) throw new Settled(absent(live, reference))
    const { data = {} } = await configMapOf(live, configMap, { [key]: undefined })
    const old = data[key] ?? ''
    await printed(live, pod, plan, old)
    // a mount of a single file is a copy of the moment: nobody has to wait for long to see that it stays so
    const single = pod.spec.containers.flatMap(({ volumeMounts = [] }) => volumeMounts).filter(({ subPath }) => subPath)
    const start = live.waiting.clock.now()
    await patchData(live, configMap, { [key]: to })
    await touch(live, pod, start)
    try {
      const followed = await live.waiting.until(
        `the file in ${name} follows`,
        async () => ((await lastOf(live, pod, plan.file)) === to ? true : undefined),
        (single.length > 0 ? NEVER_S : within) * 1000,
      )
      const after = duration(live.waiting.since(start))
      const environment = await lastOf(live, pod, plan.environment)
      if (!followed) {
        const mounts = single.map(({ mountPath, subPath }) => `mounted at ${mountPath} with subPath ${subPath}`)
        return missed('file-not-followed', { pod: name, after }, mounts)
      }
      const now = (await live.objects.get('v1 Pod', live.namespace, name))?.metadata.uid
      if (now !== pod.metadata.uid) return missed('live-pod-replaced', { pod: name, by: 'a new one' })
      return passed(
        `the file: ${JSON.stringify(to)} after ${after}; the environment: still ${JSON.stringify(environment)}`,
        ['its kubelet was called to look at once, by an annotation on the pod; by itself it looks once a minute'],
      )
    } finally {
      await patchData(live, configMap, { [key]: old })
      await touch(live, pod, null)
    }
  }
}

/** Waits until the pod prints the value twice over. A file may still be on its way back from an earlier check. */
async function printed(live: Live, pod: Pod, plan: MountedFile, value: string): Promise<void> {
  const { name } = pod.metadata
  await touch(live, pod, live.waiting.clock.now())
  const whole = await live.waiting.until(
    `${name} prints both values`,
    async () => {
      const [file, environment] = [await lastOf(live, pod, plan.file), await lastOf(live, pod, plan.environment)]
      return file === value && environment === value ? true : undefined
    },
    PRINTS_MS,
  )
  if (whole) return
  const log = await live.objects.log(live.namespace, name, { lines: 2 })
  const last = log.trim().split('\n').slice(-2).join(' / ') || 'nothing'
  const now = (await live.objects.get('v1 Pod', live.namespace, name)) ?? pod
  const evidence = await podEvidence(live, [now])
  const code = (await lastOf(live, pod, plan.file)) === value ? 'environment-absent' : 'file-not-there'
  throw new Settled(missed(code, { pod: name, found: JSON.stringify(last) }, evidence))
}

/** The value behind a word, in the last line that begins with it. */
async function lastOf(live: Live, { metadata: { name }, spec }: Pod, word: string): Promise<string | undefined> {
  // which of its containers prints is the learner's affair
  const logs = await Promise.all(
    spec.containers.map(({ name: container }) => live.objects.log(live.namespace, name, { container, lines: 10 })),
  )
  const line = logs.flatMap((log) => log.split('\n')).findLast((each) => each.startsWith(`${word}:`))
  return line?.slice(word.length + 1).trim()
}

async function touch(live: Live, { metadata: { name } }: Pod, moment: number | null): Promise<void> {
  const body = { metadata: { annotations: { [TOUCHED]: moment === null ? null : String(moment) } } }
  await live.objects.patch(resourceOf('v1 Pod'), live.namespace, name, body)
}
