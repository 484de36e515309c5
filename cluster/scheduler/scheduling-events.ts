import { type Clock, microTimestamp } from '../apimachinery/clock.ts'
import { isNotFound } from '../apimachinery/errors.ts'
import type { Pod } from '../apimachinery/objects.ts'
import type { ApiClient } from '../client/api-client.ts'
import { keyOf } from '../client/informer.ts'

const COMPONENT = 'default-scheduler'
/** The same event within this time continues a series. Milliseconds, as client-go's tools/events. */
const SERIES_MS = 6 * 60_000
const REMEMBERED = 4096

interface Known {
  readonly name: string
  count: number
  at: number
}

/**
 * Writes the scheduler's Events. They are of the newer form (events.k8s.io): one moment in microseconds, an action, and a
 * series for repeats. Writing goes on in the background, and a failure to write is nobody's failure.
 */
export class SchedulingEvents {
  readonly #api: ApiClient
  readonly #clock: Clock
  readonly #host: string
  readonly #known = new Map<string, Known>()
  #serial = 0
  #last: Promise<void> = Promise.resolve()

  constructor(api: ApiClient, clock: Clock, host: string) {
    this.#api = api
    this.#clock = clock
    this.#host = host
  }

  scheduled(pod: Pod, node: string): void {
    this.#record(pod, 'Normal', 'Scheduled', 'Binding', `Successfully assigned ${keyOf(pod)} to ${node}`)
  }

  failed(pod: Pod, message: string): void {
    this.#record(pod, 'Warning', 'FailedScheduling', 'Scheduling', message)
  }

  flushed(): Promise<void> {
    return this.#last
  }

  #record(pod: Pod, type: string, reason: string, action: string, text: string): void {
    const message = text.length > 1024 ? `${text.slice(0, 1021)}...` : text
    this.#last = this.#last.then(() => this.#write(pod, { type, reason, action, message })).catch(() => {})
  }

  async #write(pod: Pod, told: { type: string; reason: string; action: string; message: string }): Promise<void> {
    const { name, uid, resourceVersion, namespace = 'default' } = pod.metadata
    const identity = JSON.stringify([uid, told])
    const now = this.#clock.now()
    const known = this.#known.get(identity)
    if (known && this.#clock.since(known.at) < SERIES_MS) {
      known.count += 1
      known.at = now
      const series = { count: known.count, lastObservedTime: microTimestamp(now) }
      try {
        await this.#api.patch('v1 Event', { namespace, name: known.name }, { type: 'merge', body: { series } })
        return
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    }
    const nanoseconds = BigInt(now) * 1_000_000n + BigInt(this.#serial++ % 1_000_000)
    const event = `${name}.${nanoseconds.toString(16)}`
    await this.#api.create('v1 Event', {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: event, namespace },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace, uid, resourceVersion },
      ...told,
      eventTime: microTimestamp(now),
      reportingComponent: COMPONENT,
      reportingInstance: `${COMPONENT}-${this.#host}`,
      source: {},
    })
    this.#known.delete(identity)
    this.#known.set(identity, { name: event, count: 1, at: now })
    if (this.#known.size > REMEMBERED) this.#known.delete(this.#known.keys().next().value as string)
  }
}
