import { type Clock, timestamp } from '../apimachinery/clock.ts'
import { isAlreadyExists, isNotFound } from '../apimachinery/errors.ts'
import type { ApiClient } from './api-client.ts'

export type EventType = 'Normal' | 'Warning'

/** The object that an event is about; `fieldPath` points at a container: `spec.containers{server}`. */
export interface Involved {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly namespace?: string
    readonly name: string
    readonly uid: string
    readonly resourceVersion?: string
  }
}

/** After this many events of one source about one object, more are dropped but for one in five minutes. As client-go. */
const BURST = 25
const REFILL_MS = 300_000
/** As many as client-go's LRU remembers. */
const REMEMBERED = 4096

interface Known {
  name: string
  count: number
  first: string
}

/**
 * Writes Events; the same one again only raises its `count`. Follows client-go's tools/record. Writing goes on in the
 * background, in order, and a failure to write is nobody's failure.
 */
export class EventRecorder {
  readonly #api: ApiClient
  readonly #clock: Clock
  readonly #component: string
  readonly #host: string | undefined
  readonly #known = new Map<string, Known>()
  readonly #tokens = new Map<string, { left: number; at: number }>()
  #last: Promise<void> = Promise.resolve()
  #serial = 0

  constructor(api: ApiClient, clock: Clock, component: string, host?: string) {
    this.#api = api
    this.#clock = clock
    this.#component = component
    this.#host = host
  }

  record(involved: Involved, type: EventType, reason: string, message: string, fieldPath?: string): void {
    const text = message.length > 1024 ? `${message.slice(0, 1021)}...` : message
    const { uid, namespace = '', name } = involved.metadata
    const about = [involved.kind, namespace, name, uid, fieldPath ?? ''].join('/')
    if (!this.#allowed(about)) return
    this.#last = this.#last.then(() => this.#write(involved, type, reason, text, fieldPath, about)).catch(() => {})
  }

  /** Resolves when everything recorded so far is written. */
  flushed(): Promise<void> {
    return this.#last
  }

  #allowed(about: string): boolean {
    const now = this.#clock.now()
    const bucket = this.#tokens.get(about) ?? { left: BURST, at: now }
    bucket.left = Math.min(BURST, bucket.left + this.#clock.since(bucket.at) / REFILL_MS)
    bucket.at = now
    remember(this.#tokens, about, bucket)
    if (bucket.left < 1) return false
    bucket.left -= 1
    return true
  }

  async #write(
    involved: Involved,
    type: EventType,
    reason: string,
    message: string,
    fieldPath: string | undefined,
    about: string,
  ): Promise<void> {
    const namespace = involved.metadata.namespace ?? 'default'
    const now = timestamp(this.#clock.now())
    const identity = JSON.stringify([about, type, reason, message])
    const known = this.#known.get(identity)
    if (known) {
      try {
        known.count += 1
        const body = { count: known.count, lastTimestamp: now }
        await this.#api.patch('v1 Event', { namespace, name: known.name }, { type: 'merge', body })
        return
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    }
    const { name, uid, resourceVersion } = involved.metadata
    const source = { component: this.#component, ...(this.#host && { host: this.#host }) }
    const create = (eventName: string) =>
      this.#api.create('v1 Event', {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: eventName, namespace },
        involvedObject: {
          apiVersion: involved.apiVersion,
          kind: involved.kind,
          name,
          ...(uid && { uid }),
          ...(involved.metadata.namespace && { namespace: involved.metadata.namespace }),
          ...(resourceVersion && { resourceVersion }),
          ...(fieldPath && { fieldPath }),
        },
        type,
        reason,
        message,
        source,
        reportingComponent: this.#component,
        reportingInstance: this.#host ?? '',
        count: 1,
        firstTimestamp: now,
        lastTimestamp: now,
      })
    let event = this.#name(name)
    try {
      await create(event)
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
      event = this.#name(name)
      await create(event)
    }
    remember(this.#known, identity, { name: event, count: 1, first: now })
  }

  /** `pod-name.17f2…`: the object's name and a moment in hexadecimal nanoseconds. */
  #name(object: string): string {
    const nanoseconds = BigInt(this.#clock.now()) * 1_000_000n + BigInt(this.#serial++ % 1_000_000)
    return `${object}.${nanoseconds.toString(16)}`
  }
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > REMEMBERED) map.delete(map.keys().next().value as string)
}
