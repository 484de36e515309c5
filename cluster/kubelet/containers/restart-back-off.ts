import type { Clock } from '../../apimachinery/clock.ts'

interface Entry {
  ms: number
  /** When it was last raised. */
  at: number
}

/**
 * Waits that double with each failure: for restarts and for image pulls 10 s up to 5 min, forgotten after twice the longest.
 * Follows client-go's util/flowcontrol.
 */
export class BackOff {
  readonly #clock: Clock
  readonly #first: number
  readonly #longest: number
  readonly #entries = new Map<string, Entry>()

  constructor(clock: Clock, firstMs = 10_000, longestMs = 300_000) {
    this.#clock = clock
    this.#first = firstMs
    this.#longest = longestMs
  }

  /** Milliseconds of the clock that are left to wait, counted from `since` (a container's end); 0: go on. */
  left(key: string, since: number): number {
    const entry = this.#entries.get(key)
    if (!entry || this.#expired(entry, since)) return 0
    return Math.max(0, entry.ms - this.#clock.since(since))
  }

  /** The present wait in milliseconds. */
  current(key: string): number {
    return this.#entries.get(key)?.ms ?? 0
  }

  /** The next wait is twice as long; the first again when the last one is long ago at `since`. */
  raise(key: string, since: number): void {
    const entry = this.#entries.get(key)
    const ms = entry && !this.#expired(entry, since) ? Math.min(entry.ms * 2, this.#longest) : this.#first
    this.#entries.set(key, { ms, at: this.#clock.now() })
  }

  /** When it was last raised. */
  raisedAt(key: string): number {
    return this.#entries.get(key)?.at ?? 0
  }

  /** Forgets all keys that begin so. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key)
  }

  #expired(entry: Entry, since: number): boolean {
    return this.#clock.since(entry.at) - this.#clock.since(since) > this.#longest * 2
  }
}

/** A duration as Go prints it: `10s`, `1m20s`, `5m0s`. */
export function goDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`
  const seconds = Math.round(ms) / 1_000
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  const rest = `${Math.round((seconds - minutes * 60) * 1_000) / 1_000}s`
  return minutes < 60 ? `${minutes}m${rest}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${rest}`
}
