import type { Endpoint } from './endpoints.ts'
import { endpointsOf } from './endpoints.ts'
import { type Live, type Reference, refer } from './live.ts'
import { isComplete } from './rollout.ts'

/** So long one and the same reason must stand before nobody waits any more. Milliseconds. */
const NOBODY_MS = 2_000
const DEAF_MS = 4_000
/** How often is looked for a reason: the question costs several requests. Milliseconds. */
const EVERY_MS = 400

/**
 * Whether a Service that does not answer will go on so: no pod carries what it looks for and none is on its way, or all its pods are
 * ready and say that they listen, and yet no request gets through. Only what stays so for seconds counts, as nodes learn late.
 */
export class Hopeless {
  readonly #live: Live
  readonly #reference: Reference
  #reason: string | undefined
  #since = 0
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(live: Live, reference: Reference) {
    this.#live = live
    this.#reference = reference
  }

  /** To be asked after each request that was not answered. */
  async isSo(): Promise<boolean> {
    const { clock } = this.#live.waiting
    const now = clock.now()
    if (now - this.#lookedAt < EVERY_MS) return false
    this.#lookedAt = now
    const reason = await this.#reasonNow()
    if (reason !== this.#reason) {
      this.#reason = reason
      this.#since = now
    }
    return reason !== undefined && now - this.#since >= (reason === 'nobody' ? NOBODY_MS : DEAF_MS)
  }

  async #reasonNow(): Promise<string | undefined> {
    const endpoints = await endpointsOf(this.#live, this.#reference)
    return endpoints.length === 0 ? await this.#nobody() : await this.#deaf(endpoints)
  }

  /** No pod that it looks for exists, and no Deployment is about to make one. */
  async #nobody(): Promise<string | undefined> {
    const { objects, namespace } = this.#live
    const service = await objects.get('v1 Service', namespace, refer(this.#reference).name)
    const selector = Object.entries(service?.spec.selector ?? {})
    const pods = await objects.list('v1 Pod', namespace)
    const isMeant = (labels: Readonly<Record<string, string>> = {}) =>
      selector.length > 0 && selector.every(([key, value]) => labels[key] === value)
    if (pods.some(({ metadata }) => isMeant(metadata.labels))) return undefined
    const deployments = await objects.list('apps/v1 Deployment', namespace)
    return deployments.every(isComplete) ? 'nobody' : undefined
  }

  /** Whoever stands behind it is ready and says that it listens. */
  async #deaf(endpoints: readonly Endpoint[]): Promise<string | undefined> {
    const { objects, namespace } = this.#live
    for (const { pod, ready } of endpoints) {
      if (!ready || pod === '') return undefined
      const log = await objects.log(namespace, pod, { lines: 50 })
      if (!/listening/i.test(log)) return undefined
    }
    return endpoints.map(({ pod, port }) => `${pod}:${port}`).join()
  }
}
