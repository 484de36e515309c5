import { isDeepStrictEqual } from 'node:util'
import { type Clock, sleep } from '../../apimachinery/clock.ts'
import { isConflict, isNotFound, isReason } from '../../apimachinery/errors.ts'
import type { Pod } from '../../apimachinery/objects.ts'
import type { ApiClient } from '../../client/api-client.ts'
import { OWN_CONDITIONS } from './conditions.ts'
import type { PodStatus } from './pod-status.ts'

/** Milliseconds between two tries while the API server cannot be reached. */
const RETRY_MS = 1_000

/**
 * Tells the API one pod's status: the newest only, one write at a time, again until it is told or the pod is gone.
 * Conditions that are not the kubelet's are left as they stand.
 */
export class StatusWriter {
  readonly #api: ApiClient
  readonly #clock: Clock
  readonly #report: (error: unknown) => void
  #stopped = new AbortController()
  #pod: Pod
  #wanted: PodStatus | undefined
  #told: PodStatus | undefined
  #writing: Promise<void> | undefined

  constructor(api: ApiClient, clock: Clock, pod: Pod, report: (error: unknown) => void) {
    this.#report = report
    this.#api = api
    this.#clock = clock
    this.#pod = pod
  }

  /** A known object: saves a conflict when it is newer than what was written last. */
  seen(pod: Pod): void {
    if (BigInt(pod.metadata.resourceVersion) > BigInt(this.#pod.metadata.resourceVersion)) this.#pod = pod
  }

  write(status: PodStatus): void {
    if (isDeepStrictEqual(status, this.#wanted ?? this.#told)) return
    this.#wanted = status
    this.#begin()
  }

  /** Tells nothing until `resume`. */
  async pause(): Promise<void> {
    this.#stopped.abort()
    await this.#writing
  }

  resume(): void {
    this.#stopped = new AbortController()
    if (this.#wanted) this.#begin()
  }

  #begin(): void {
    if (this.#stopped.signal.aborted) return
    this.#writing ??= this.#work().finally(() => {
      this.#writing = undefined
      // One more may have come after the last look.
      if (this.#wanted) this.#begin()
    })
  }

  /** Resolves when everything written so far is told, or nobody will take it. */
  async flushed(): Promise<void> {
    while (this.#writing) await this.#writing
  }

  async #work(): Promise<void> {
    while (this.#wanted && !this.#stopped.signal.aborted) {
      const status = this.#wanted
      try {
        this.#pod = await this.#put(status)
        this.#told = status
        if (this.#wanted === status) this.#wanted = undefined
      } catch (error) {
        if (isNotFound(error)) this.#wanted = undefined
        else if (isConflict(error)) await this.#refresh()
        else if (isReason(error, 'Invalid')) this.#refused(error)
        else await sleep(this.#clock, RETRY_MS, this.#stopped.signal)
      }
    }
  }

  /** The same again would be refused again. */
  #refused(error: unknown): void {
    this.#wanted = undefined
    this.#report(error)
  }

  #put(status: PodStatus): Promise<Pod> {
    const others = (this.#pod.status.conditions ?? []).filter(({ type }) => !OWN_CONDITIONS.includes(type))
    const own = (status.conditions ?? []).filter(({ type }) => OWN_CONDITIONS.includes(type))
    const conditions = [...others, ...own]
    const kept = pick(this.#pod.status, ['nominatedNodeName', 'resize', 'ephemeralContainerStatuses'])
    return this.#api.update(
      'v1 Pod',
      { ...this.#pod, status: { ...kept, ...status, conditions } },
      { subresource: 'status' },
    )
  }

  async #refresh(): Promise<void> {
    const { namespace, name, uid } = this.#pod.metadata
    try {
      const pod = await this.#api.get('v1 Pod', { ...(namespace && { namespace }), name })
      if (pod.metadata.uid === uid) this.#pod = pod
      else this.#wanted = undefined
    } catch (error) {
      if (isNotFound(error)) this.#wanted = undefined
      else await sleep(this.#clock, RETRY_MS, this.#stopped.signal)
    }
  }
}

function pick(status: PodStatus, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(status).filter(([field]) => fields.includes(field)))
}
