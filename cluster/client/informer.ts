import { type Clock, sleep } from '../apimachinery/clock.ts'
import { ApiError, isReason } from '../apimachinery/errors.ts'
import type { AnyObject, KindName, Kinds } from '../apimachinery/objects.ts'
import type { ApiClient, ListOptions } from './api-client.ts'

/** `namespace/name`, or `name` for cluster-scoped objects: what queues and caches go by. */
export function keyOf(object: { readonly metadata: { readonly namespace?: string; readonly name: string } }): string {
  const { namespace, name } = object.metadata
  return namespace ? `${namespace}/${name}` : name
}

/** The reverse of `keyOf`. */
export function splitKey(key: string): { readonly namespace?: string; readonly name: string } {
  const slash = key.indexOf('/')
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
}

/** What changed: no `last` for a new object, no `next` for one that is gone. */
export interface Change<T> {
  readonly last?: T
  readonly next?: T
}

/**
 * A read-only copy of all objects of a kind, kept up to date by list and watch. Follows client-go's SharedInformer: one list,
 * then a watch from its version; when the version has expired, or the connection breaks, it lists again and tells the difference.
 */
export class Informer<K extends KindName> {
  readonly kind: K
  readonly #api: ApiClient
  readonly #clock: Clock
  readonly #options: ListOptions
  readonly #byNamespace = new Map<string, Map<string, Kinds[K]>>()
  readonly #listeners = new Set<(change: Change<Kinds[K]>) => void>()
  #seen = 0n
  #abort: AbortController | undefined
  #running: Promise<void> | undefined

  constructor(kind: K, api: ApiClient, clock: Clock, options: ListOptions = {}) {
    this.kind = kind
    this.#api = api
    this.#clock = clock
    this.#options = options
  }

  /** Resolves when the cache holds the first list. Retries for as long as the API server cannot be reached. */
  async start(): Promise<void> {
    if (this.#abort) return
    this.#abort = new AbortController()
    const { signal } = this.#abort
    await new Promise<void>((filled) => {
      this.#running = this.#run(signal, filled)
      signal.addEventListener('abort', () => filled(), { once: true })
    })
  }

  async stop(): Promise<void> {
    this.#abort?.abort()
    await this.#running
    this.#abort = undefined
  }

  /** Called for every change from now on; returns how to stop listening. */
  listen(listener: (change: Change<Kinds[K]>) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get(key: string): Kinds[K] | undefined {
    const { namespace = '', name } = splitKey(key)
    return this.#byNamespace.get(namespace)?.get(name)
  }

  /** All objects, or those of one namespace. */
  list(namespace?: string): Kinds[K][] {
    if (namespace !== undefined) return [...(this.#byNamespace.get(namespace)?.values() ?? [])]
    return [...this.#byNamespace.values()].flatMap((objects) => [...objects.values()])
  }

  /** Whether events up to this resourceVersion have arrived. */
  hasSeen(resourceVersion: string): boolean {
    return this.#seen >= BigInt(resourceVersion)
  }

  async #run(signal: AbortSignal, filled: () => void): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      try {
        const { items, resourceVersion } = await this.#api.list(this.kind, this.#options)
        if (signal.aborted) return
        this.#replace(items)
        this.#see(resourceVersion)
        filled()
        failures = 0
        await this.#follow(resourceVersion, signal)
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof ApiError) && !isTransport(error)) throw error
        if (!isReason(error, 'Expired')) await sleep(this.#clock, Math.min(100 * 2 ** failures++, 5_000), signal)
      }
    }
  }

  /** Watches, and when the server closes the watch without an error, watches on from the last version seen. */
  async #follow(from: string, signal: AbortSignal): Promise<void> {
    let resourceVersion = from
    while (!signal.aborted) {
      for await (const event of this.#api.watch(this.kind, { ...this.#options, resourceVersion, signal })) {
        if (event.type === 'BOOKMARK') {
          resourceVersion = event.resourceVersion
        } else {
          resourceVersion = event.object.metadata.resourceVersion
          this.#put(keyOf(event.object), event.type === 'DELETED' ? undefined : event.object)
        }
        this.#see(resourceVersion)
      }
    }
  }

  #see(resourceVersion: string): void {
    const version = BigInt(resourceVersion)
    if (version > this.#seen) this.#seen = version
  }

  #replace(items: readonly Kinds[K][]): void {
    const listed = new Set(items.map(keyOf))
    for (const object of this.list()) if (!listed.has(keyOf(object))) this.#put(keyOf(object), undefined)
    for (const object of items) this.#put(keyOf(object), object)
  }

  #put(key: string, next: Kinds[K] | undefined): void {
    const { namespace = '', name } = splitKey(key)
    let objects = this.#byNamespace.get(namespace)
    if (!objects) {
      objects = new Map()
      this.#byNamespace.set(namespace, objects)
    }
    const last = objects.get(name)
    if (last && next && (last as AnyObject).metadata.resourceVersion === next.metadata.resourceVersion) return
    if (!last && !next) return
    if (next) objects.set(name, next)
    else objects.delete(name)
    if (objects.size === 0) this.#byNamespace.delete(namespace)
    for (const listener of this.#listeners) listener({ ...(last && { last }), ...(next && { next }) })
  }
}

/** Network errors carry a `code`; anything else that is thrown is a defect and must be seen. */
function isTransport(error: unknown): boolean {
  return error instanceof Error && 'code' in error
}
