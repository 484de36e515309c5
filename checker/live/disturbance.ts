import type { Pod } from '../../cluster/apimachinery/objects.ts'
import { resourceOf } from '../cluster/objects.ts'
import { podDoor } from './door.ts'
import type { Live, Reference } from './live.ts'
import { missed, Settled } from './outcome.ts'
import { isReady, podEvidence } from './pod-evidence.ts'
import { deploymentOf, podsOf } from './pods-of.ts'
import type { Reply } from './reply.ts'
import { duration } from './waiting.ts'

/** Something that is done to the living system. */
export interface Disturbance {
  readonly title: string
  /** Does it. The returned function resolves when the system is whole again, with how it went. */
  strike(live: Live): Promise<() => Promise<string>>
}

/** Deletes one ready pod; whole again when as many as before are ready. */
export function killOnePodOf(reference: Reference, { within = 60 }: { readonly within?: number } = {}): Disturbance {
  return {
    title: `a pod of ${reference} is deleted`,
    async strike(live) {
      const wanted = (await deploymentOf(live, reference)).spec.replicas ?? 1
      const victim = (await podsOf(live, reference)).find(isReady)
      if (!victim) throw new Settled(missed('live-no-pods', { what: reference }))
      const start = live.waiting.clock.now()
      const { name, uid } = victim.metadata
      await live.objects.delete(resourceOf('v1 Pod'), live.namespace, name, { uid })
      return async () => {
        const whole = await live.waiting.until(
          `${wanted} pods of ${reference} are ready again`,
          async () => {
            const ready = (await podsOf(live, reference)).filter((pod) => isReady(pod) && pod.metadata.uid !== uid)
            return ready.length >= wanted ? true : undefined
          },
          within * 1000,
        )
        const after = duration(live.waiting.since(start))
        if (whole) return `new pod ready in ${after}`
        const pods = await podsOf(live, reference)
        const params = { ready: pods.filter(isReady).length, wanted, after }
        throw new Settled(missed('live-not-replaced', params, await podEvidence(live, pods)))
      }
    },
  }
}

/** Something that is asked of one pod. */
export interface Deed {
  readonly title: string
  /** Ends the check when it cannot be done. */
  doTo(live: Live, pod: Pod): Promise<void>
}

/** A POST to a page of the pod. `deadly`: the answer may be missing, as the server ends or hangs by it. */
export function post(
  path: string,
  { deadly = false, port }: { readonly deadly?: boolean; readonly port?: number } = {},
): Deed {
  const title = `POST ${path}`
  return {
    title,
    async doTo(live, pod) {
      const door = podDoor(live, pod, port)
      // a pod without a readiness probe counts as ready before its server listens: what is refused did not arrive
      let reply: Reply | undefined
      await live.waiting.until(
        `${pod.metadata.name} takes ${title}`,
        async () => {
          reply = await door.ask(path, { method: 'POST', timeoutMs: deadly ? 1_500 : 5_000 })
          return reply.kind === 'failed' && reply.by === 'refused' ? undefined : true
        },
        10_000,
      )
      if (!reply) return
      if (reply.kind === 'answer' && reply.status < 400) return
      if (deadly && reply.kind === 'failed' && reply.by !== 'refused') return
      if (deadly && reply.kind === 'answer' && (reply.status === 502 || reply.status === 503)) return
      const detail = reply.kind === 'answer' ? `status ${reply.status}` : reply.detail
      throw new Settled(missed('live-trigger-failed', { what: `${title} to ${pod.metadata.name}`, detail }))
    },
  }
}

/** The starter app ends with an error. */
export const crash = post('/crash', { deadly: true })
/** The starter app answers nothing from now on, and does not end. */
export const hang = post('/hang', { deadly: true })
