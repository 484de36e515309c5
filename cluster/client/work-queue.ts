import type { Clock, Timer } from '../apimachinery/clock.ts'

/** First retry after 5 ms, doubling to 1,000 s: client-go's DefaultTypedControllerRateLimiter, for one item. */
const FIRST_RETRY_MS = 5
const LAST_RETRY_MS = 1_000_000

/**
 * Keys that wait to be reconciled. As client-go's workqueue: a key is queued once however often it is added, is never worked
 * on twice at the same time, and comes again if it was added meanwhile.
 */
export class WorkQueue {
  readonly #clock: Clock
  readonly #waiting = new Set<string>()
  readonly #working = new Set<string>()
  readonly #again = new Set<string>()
  readonly #later = new Map<string, { due: number; timer: Timer }>()
  readonly #failures = new Map<string, number>()
  readonly #takers: ((key: string | undefined) => void)[] = []
  #closed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(key: string): void {
    if (this.#closed || this.#waiting.has(key)) return
    if (this.#working.has(key)) {
      this.#again.add(key)
      return
    }
    const taker = this.#takers.shift()
    if (taker) {
      this.#working.add(key)
      taker(key)
    } else this.#waiting.add(key)
  }

  /** Adds the key after `ms` of the clock; of several, the earliest counts. */
  addAfter(key: string, ms: number): void {
    if (this.#closed) return
    if (ms <= 0) {
      this.add(key)
      return
    }
    const due = this.#clock.now() + ms
    const known = this.#later.get(key)
    if (known && known.due <= due) return
    known?.timer.cancel()
    const timer = this.#clock.setTimeout(() => {
      this.#later.delete(key)
      this.add(key)
    }, ms)
    this.#later.set(key, { due, timer })
  }

  /** Adds the key after a delay that doubles with each failure, until `forget`. */
  retry(key: string): void {
    const failures = this.#failures.get(key) ?? 0
    this.#failures.set(key, failures + 1)
    this.addAfter(key, Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS))
  }

  forget(key: string): void {
    this.#failures.delete(key)
  }

  /** The next key, or undefined once the queue is closed. Each must be followed by `done`. */
  take(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined)
    for (const key of this.#waiting) {
      this.#waiting.delete(key)
      this.#working.add(key)
      return Promise.resolve(key)
    }
    return new Promise((resolve) => this.#takers.push(resolve))
  }

  done(key: string): void {
    this.#working.delete(key)
    if (this.#again.delete(key)) this.add(key)
  }

  close(): void {
    this.#closed = true
    for (const { timer } of this.#later.values()) timer.cancel()
    this.#later.clear()
    for (const taker of this.#takers.splice(0)) taker(undefined)
  }
}
