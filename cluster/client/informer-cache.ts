import type { Clock } from '../apimachinery/clock.ts'
import type { KindName, Kinds } from '../apimachinery/objects.ts'
import type { ApiClient } from './api-client.ts'
import { Informer } from './informer.ts'

/** One informer for each kind that somebody asks for, shared by all controllers of a manager. */
export class InformerCache {
  readonly #api: ApiClient
  readonly #clock: Clock
  readonly #informers = new Map<KindName, Informer<KindName>>()

  constructor(api: ApiClient, clock: Clock) {
    this.#api = api
    this.#clock = clock
  }

  informer<K extends KindName>(kind: K): Informer<K> {
    let informer = this.#informers.get(kind)
    if (!informer) {
      informer = new Informer<KindName>(kind, this.#api, this.#clock)
      this.#informers.set(kind, informer)
    }
    return informer as unknown as Informer<K>
  }

  /** Whether anybody asked for this kind. */
  has(kind: KindName): boolean {
    return this.#informers.has(kind)
  }

  get<K extends KindName>(kind: K, key: string): Kinds[K] | undefined {
    return this.informer(kind).get(key)
  }

  list<K extends KindName>(kind: K, namespace?: string): Kinds[K][] {
    return this.informer(kind).list(namespace)
  }

  /** Resolves when every informer asked for so far is filled. */
  async start(): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.start()))
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.stop()))
  }
}
