import type { Clock } from '../apimachinery/clock.ts'
import type { KindName } from '../apimachinery/objects.ts'
import type { ApiClient } from './api-client.ts'
import type { Component, Running } from './component.ts'
import { InformerCache } from './informer-cache.ts'

/** What a component does between a start and a stop. */
export interface Work {
  readonly kinds: Iterable<KindName>
  /** Begins when all the kinds are in the cache: who reads an empty one would think that nothing is there. */
  begin(cache: InformerCache): Running
}

/** A component that works over a cache of its own and forgets everything when it is stopped. */
export abstract class CachedComponent implements Component {
  readonly name: string
  readonly #api: ApiClient
  readonly #clock: Clock
  #stop: (() => Promise<void>) | undefined

  constructor(name: string, { api, clock }: { readonly api: ApiClient; readonly clock: Clock }) {
    this.name = name
    this.#api = api
    this.#clock = clock
  }

  /** Called at each start. */
  protected abstract work(): Work

  async start(): Promise<void> {
    if (this.#stop) return
    const { kinds, begin } = this.work()
    const cache = new InformerCache(this.#api, this.#clock)
    for (const kind of kinds) cache.informer(kind)
    let stopped = false
    let running: Running | undefined
    this.#stop = async () => {
      stopped = true
      await running?.stop()
      await cache.stop()
    }
    await cache.start()
    if (!stopped) running = begin(cache)
  }

  async stop(): Promise<void> {
    await this.#stop?.()
    this.#stop = undefined
  }
}
