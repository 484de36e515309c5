/** What happens to a Deployment's pods while something goes on: how many are ready at each moment, and how those that go take leave. */
import type { Deployment, Pod } from '../../cluster/apimachinery/objects.ts'
import { podDoor } from './door.ts'
import { endpointsOf } from './endpoints.ts'
import type { Live, Reference } from './live.ts'
import { isReady } from './pod-evidence.ts'
import { deploymentOf, owner } from './pods-of.ts'

/** How a pod behaved after it was asked to end. */
export interface Farewell {
  readonly pod: string
  /** How long it still answered, as far as anybody asked. Milliseconds. */
  readonly answeredMs: number
}

export interface Counted {
  /** The smallest number of pods that were ready, and not asked to end, at one moment. */
  readonly leastReady: number
  /** The largest number of pods, without those that were asked to end. */
  readonly most: number
  /** Of the pods that were there at the beginning and were asked to end. */
  readonly farewells: readonly Farewell[]
  /** The longest time that the cluster took to say which pods there are: usually some milliseconds. */
  readonly slowestMs: number
}

const LOOK_EVERY_MS = 60
const ASK_EVERY_MS = 100
const ASK_MS = 2_000
/** A pod that does not say anything is asked so long on top: a busy machine. Milliseconds. */
const PATIENCE_MS = 4_000

export class PodCensus {
  readonly #live: Live
  readonly #deployment: Deployment
  readonly #farewellMs: number
  readonly #port: number | undefined
  /** By UID: whether a ReplicaSet is the Deployment's. Pods of nobody are not. */
  readonly #sets = new Map<string, boolean>([['', false]])
  readonly #aliveAt = new Map<string, number>()
  /** When a pod's containers were first seen to have ended. */
  readonly #endedAt = new Map<string, number>()
  readonly #old = new Map<string, Pod>()
  readonly #farewells = new Map<string, Promise<Farewell>>()
  #goodbyes = 0
  #leastReady = Number.POSITIVE_INFINITY
  #most = 0
  #slowestMs = 0
  #running = true
  #work: Promise<void> = Promise.resolve()

  private constructor(live: Live, deployment: Deployment, farewellMs: number, port: number | undefined) {
    this.#live = live
    this.#deployment = deployment
    this.#farewellMs = farewellMs
    this.#port = port
  }

  /**
   * Begins to count. A pod that is asked to end is asked for its greeting for so many milliseconds, or until it is silent: at the port to
   * which the Service leads, as its containers may declare others besides.
   */
  static async begin(live: Live, reference: Reference, service: Reference, farewellMs: number): Promise<PodCensus> {
    const [endpoint] = await endpointsOf(live, service)
    const census = new PodCensus(live, await deploymentOf(live, reference), farewellMs, endpoint?.port)
    await census.#look()
    census.#work = census.#goOn()
    census.#work.catch(() => {})
    return census
  }

  /** Counts no more. Waits for the last farewell. */
  async end(): Promise<Counted> {
    this.#running = false
    await this.#work
    const farewells = await Promise.all(this.#farewells.values())
    return { leastReady: this.#leastReady, most: this.#most, farewells, slowestMs: this.#slowestMs }
  }

  async #goOn(): Promise<void> {
    const { waiting } = this.#live
    while (this.#running || this.#goodbyes > 0) {
      await waiting.until('the next look', async () => undefined, LOOK_EVERY_MS)
      await this.#look()
    }
  }

  async #look(): Promise<void> {
    const { objects, namespace, waiting } = this.#live
    const now = waiting.clock.now()
    const all = await objects.list('v1 Pod', namespace)
    if (all.some((pod) => !this.#sets.has(owner(pod)?.uid ?? ''))) await this.#lookForSets()
    const pods = all.filter((pod) => this.#sets.get(owner(pod)?.uid ?? ''))
    this.#slowestMs = Math.max(this.#slowestMs, waiting.clock.now() - now)
    const running = new Set(pods.filter((pod) => !hasEnded(pod)).map(({ metadata }) => metadata.uid))
    for (const uid of this.#old.keys()) if (!running.has(uid) && !this.#endedAt.has(uid)) this.#endedAt.set(uid, now)
    if (!this.#running) return
    const staying = pods.filter(({ metadata }) => !metadata.deletionTimestamp)
    const first = this.#most === 0
    this.#leastReady = Math.min(this.#leastReady, staying.filter(isReady).length)
    this.#most = Math.max(this.#most, staying.length)
    for (const pod of staying) {
      if (first) this.#old.set(pod.metadata.uid, pod)
      this.#aliveAt.set(pod.metadata.uid, now)
    }
    for (const [uid, pod] of this.#old) {
      if (this.#farewells.has(uid) || staying.some(({ metadata }) => metadata.uid === uid)) continue
      // it was asked to end between this look and the last; the longer time is the benefit of the doubt
      const farewell = this.#sayGoodbye(pod, this.#aliveAt.get(uid) ?? now)
      this.#goodbyes += 1
      const said = () => {
        this.#goodbyes -= 1
      }
      farewell.then(said, said)
      this.#farewells.set(uid, farewell)
    }
  }

  /** Labels are anybody's: which pods are the Deployment's own, its ReplicaSets say. */
  async #lookForSets(): Promise<void> {
    const { objects, namespace } = this.#live
    for (const set of await objects.list('apps/v1 ReplicaSet', namespace))
      this.#sets.set(set.metadata.uid, owner(set)?.uid === this.#deployment.metadata.uid)
  }

  async #sayGoodbye(pod: Pod, from: number): Promise<Farewell> {
    const { waiting } = this.#live
    const door = podDoor(this.#live, pod, this.#port)
    let answeredMs = 0
    let refusedAfter: number | undefined
    while (answeredMs < this.#farewellMs) {
      const reply = await door.ask('/', { timeoutMs: ASK_MS })
      const after = waiting.since(from)
      if (reply.kind === 'answer' && reply.status < 400) {
        answeredMs = after
        refusedAfter = undefined
      } else if (reply.kind === 'answer' || reply.by !== 'silent') {
        // twice in a row is no accident; until the first refusal was heard it may have answered
        if (refusedAfter !== undefined) return this.#farewell(pod, from, refusedAfter)
        refusedAfter = after
      } else if (after > this.#farewellMs + PATIENCE_MS) break
      await waiting.until('the next question', async () => undefined, ASK_EVERY_MS)
    }
    return this.#farewell(pod, from, answeredMs)
  }

  /** Of a pod whose network went with it a question may hear nothing for seconds before it is refused: it had ended by then. */
  #farewell({ metadata: { name, uid } }: Pod, from: number, answeredMs: number): Farewell {
    const ended = this.#endedAt.get(uid)
    return { pod: name, answeredMs: ended === undefined ? answeredMs : Math.min(answeredMs, ended - from) }
  }
}

function hasEnded({ status }: Pod): boolean {
  const containers = status?.containerStatuses ?? []
  return containers.length > 0 && containers.every(({ state }) => state?.terminated !== undefined)
}
