import { type AnyObject, Refusal, resourceOf } from '../cluster/objects.ts'
import { objectsOf } from '../files/parse.ts'
import { readSource } from '../files/read-file.ts'
import { crash } from './disturbance.ts'
import type { Live, Reference } from './live.ts'
import { Settled, untried } from './outcome.ts'
import { restartsOf } from './own-pod.ts'
import { isReady } from './pod-evidence.ts'
import { podsOf } from './pods-of.ts'
import { openDoor } from './reachable.ts'

const STARTS_MS = 30_000
const GONE_MS = 30_000

interface Copies {
  readonly folder: string
  readonly file: string
  readonly service: Reference
}

/**
 * Copies of a server that nobody but one host's kubelet looks after, as a supervisor on that host would: what ends is started again, and
 * what is lost with the host is nobody's business. They are pods without a controller, bound to the host.
 */
export class RestartOnly {
  readonly #live: Live
  readonly #service: Reference
  readonly #made: readonly AnyObject[]

  private constructor(live: Live, service: Reference, made: readonly AnyObject[]) {
    this.#live = live
    this.#service = service
    this.#made = made
  }

  /** Starts them on a host, and waits until they answer. */
  static async begin(live: Live, { folder, file, service }: Copies, host: string): Promise<RestartOnly> {
    const read = readSource(folder, file)
    if ('finding' in read) throw new Error(read.finding.message)
    const made = objectsOf(read.source).objects.map(({ value }) => bound(value as unknown as AnyObject, host))
    const copies = new RestartOnly(live, service, made)
    // the learner may have tried the file: its pods are bound to another host perhaps
    await copies.remove()
    for (const object of made) await copies.#create(object)
    const wanted = made.filter(({ kind }) => kind === 'Pod').length
    const ready = async () => ((await podsOf(live, service)).filter(isReady).length >= wanted ? true : undefined)
    if (!(await live.waiting.until(`the copies on ${host} are ready`, ready, STARTS_MS))) {
      await copies.remove()
      throw new Settled(untried(`not tried: the copies on ${host} did not start`))
    }
    await openDoor(live, service)
    return copies
  }

  /** How long a copy whose container crashes is not ready, in milliseconds; undefined when it does not come back in time. */
  async healsCrash(): Promise<number | undefined> {
    const { waiting } = this.#live
    const [victim] = (await podsOf(this.#live, this.#service)).filter(isReady)
    if (!victim) return undefined
    const start = waiting.clock.now()
    await crash.doTo(this.#live, victim)
    const healed = await waiting.until(
      'the crashed copy is back',
      async () => {
        const pod = (await podsOf(this.#live, `pod/${victim.metadata.name}`))[0]
        return pod && isReady(pod) && restartsOf(pod) > restartsOf(victim) ? true : undefined
      },
      STARTS_MS,
    )
    return healed && waiting.since(start)
  }

  /** Takes them away, and waits until they are gone. */
  async remove(): Promise<void> {
    const { objects, namespace, waiting } = this.#live
    const pods = this.#made.filter(({ kind }) => kind === 'Pod').map(({ metadata }) => metadata.name)
    for (const { kind, metadata } of this.#made)
      await objects.delete(resourceOf(kind === 'Pod' ? 'v1 Pod' : 'v1 Service'), namespace, metadata.name)
    const gone = async () => {
      const left = await Promise.all(pods.map((name) => objects.get('v1 Pod', namespace, name)))
      return left.every((pod) => pod === undefined) ? true : undefined
    }
    await waiting.until('the copies are gone', gone, GONE_MS)
  }

  async #create(object: AnyObject): Promise<void> {
    const { objects, namespace } = this.#live
    try {
      await objects.create(resourceOf(object.kind === 'Pod' ? 'v1 Pod' : 'v1 Service'), namespace, object)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      throw new Settled(untried(`not tried: ${error.message}`))
    }
  }
}

function bound(object: AnyObject, host: string): AnyObject {
  return object.kind === 'Pod' ? { ...object, spec: { ...(object.spec as object), nodeName: host } } : object
}
