import { Entry } from './entry.ts'
import { History, type StoreEvent } from './history.ts'
import { Log, type LogRecord } from './log.ts'
import { SortedKeys } from './sorted-keys.ts'

/** The key is not at the revision that the writer expected (0: absent). Nothing was written. */
export class Conflict extends Error {
  readonly current: number

  constructor(key: string, expected: number, current: number) {
    super(`${key} is at revision ${current}, not ${expected}`)
    this.name = 'Conflict'
    this.current = current
  }
}

/** What happened at this revision is no longer known. */
export class Compacted extends Error {
  readonly oldest: number

  constructor(revision: number, oldest: number) {
    super(`revision ${revision} is older than ${oldest}`)
    this.name = 'Compacted'
    this.oldest = oldest
  }
}

/** The log is rewritten when it is larger than this and holds more than twice what is alive. */
const COMPACT_FROM_BYTES = 4_000_000

export interface Range<T extends object> {
  readonly entries: readonly Entry<T>[]
  /** The revision that this is the state of. */
  readonly revision: number
}

/**
 * What etcd is to Kubernetes: keys and values under one counter of revisions, compare-and-swap, watches from a revision, durable.
 * Everything is in memory, writes go to a log first. All calls are synchronous; a write is durable when it returns.
 */
export class Store<T extends object> {
  readonly #entries = new Map<string, Entry<T>>()
  readonly #keys = new SortedKeys()
  readonly #watchers = new Set<{ prefix: string; listener: (event: StoreEvent<T>) => void }>()
  readonly #history: History<T>
  readonly #log: Log
  #revision = 0
  #alive = 0

  /** Opens what the folder holds, or begins anew. Throws what the file system throws. */
  constructor(folder: string) {
    this.#log = Log.open(folder, ({ revision, key, json }) => {
      this.#revision = Math.max(this.#revision, revision)
      if (key === undefined) return
      this.#alive -= this.#entries.get(key)?.json.length ?? 0
      this.#alive += json?.length ?? 0
      if (json === undefined) this.#entries.delete(key)
      else this.#entries.set(key, Entry.parsed(key, revision, json))
    })
    this.#keys.fill(this.#entries.keys())
    this.#history = new History(this.#revision)
  }

  /** The latest revision. */
  get revision(): number {
    return this.#revision
  }

  get(key: string): Entry<T> | undefined {
    return this.#entries.get(key)
  }

  /** Everything whose key begins with the prefix, by key; as it is, or as it was at a revision. Throws Compacted. */
  range(prefix: string, revision?: number): Range<T> {
    const keys = this.#keys.startingWith(prefix)
    if (revision === undefined || revision >= this.#revision) {
      return { entries: keys.map((key) => this.#entries.get(key) as Entry<T>), revision: this.#revision }
    }
    const then = new Map(keys.map((key) => [key, this.#entries.get(key)]))
    for (const { key, last } of [...this.#since(revision)].reverse()) if (key.startsWith(prefix)) then.set(key, last)
    const entries = [...then.values()].filter((entry) => entry !== undefined)
    return { entries: entries.sort((a, b) => (a.key < b.key ? -1 : 1)), revision }
  }

  /**
   * Writes the value that is made for the new revision, if the key still is at `expected` (0: is absent). Throws Conflict, or
   * what the file system throws; then nothing has changed.
   */
  put(key: string, expected: number, make: (revision: number) => T): Entry<T> {
    const last = this.#expect(key, expected)
    const revision = this.#revision + 1
    const next = Entry.of(key, revision, make(revision))
    this.#append({ revision, key, json: next.json })
    this.#entries.set(key, next)
    if (!last) this.#keys.add(key)
    this.#alive += next.json.length - (last?.json.length ?? 0)
    this.#happened({ revision, key, deleted: false, last, next })
    return next
  }

  /** Deletes the key if it still is at `expected`; `make` gives the value that watchers see for the last time. */
  delete(key: string, expected: number, make: (revision: number) => T): Entry<T> {
    const last = this.#expect(key, expected)
    const revision = this.#revision + 1
    const next = Entry.of(key, revision, make(revision))
    this.#append({ revision, key })
    this.#entries.delete(key)
    this.#keys.delete(key)
    this.#alive -= last?.json.length ?? 0
    this.#happened({ revision, key, deleted: true, last, next })
    return next
  }

  /**
   * Tells the listener what happened under the prefix since the revision, at once, and then everything that happens, until the
   * returned function is called. The listener must not write and must not throw. Throws Compacted.
   */
  watch(prefix: string, revision: number, listener: (event: StoreEvent<T>) => void): () => void {
    for (const event of this.#since(revision)) if (event.key.startsWith(prefix)) listener(event)
    const watcher = { prefix, listener }
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  close(): void {
    this.#watchers.clear()
    this.#log.close()
  }

  #since(revision: number): readonly StoreEvent<T>[] {
    if (revision < this.#history.oldest) throw new Compacted(revision, this.#history.oldest)
    return revision >= this.#revision ? [] : this.#history.since(revision)
  }

  #expect(key: string, expected: number): Entry<T> | undefined {
    const last = this.#entries.get(key)
    const current = last?.revision ?? 0
    if (current !== expected) throw new Conflict(key, expected, current)
    return last
  }

  #append(record: LogRecord): void {
    if (this.#log.size > COMPACT_FROM_BYTES && this.#log.size > 2 * this.#alive) this.#log.compact(this.#records())
    this.#log.append(record)
  }

  *#records(): Iterable<LogRecord> {
    yield { revision: this.#revision }
    for (const { revision, key, json } of this.#entries.values()) yield { revision, key, json }
  }

  #happened(event: StoreEvent<T>): void {
    this.#revision = event.revision
    this.#history.add(event)
    for (const { prefix, listener } of this.#watchers) if (event.key.startsWith(prefix)) listener(event)
  }
}
