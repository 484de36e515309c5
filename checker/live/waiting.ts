import type { Clock } from '../../cluster/apimachinery/clock.ts'
import { sleep } from '../../cluster/apimachinery/clock.ts'

/** Hears what is awaited, so that waiting is never silent. Milliseconds. */
export type OnWait = (what: string, waitedMs: number, untilMs: number) => void

/** How often a condition is looked at: soon at first, then so often that what is measured is right to a twentieth. Milliseconds. */
const SOONEST_MS = 60
const LATEST_MS = 400

/** Waits for conditions of the cluster, and says so. */
export class Waiting {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly #onWait: OnWait

  constructor(clock: Clock, onWait: OnWait = () => {}, signal: AbortSignal = new AbortController().signal) {
    this.clock = clock
    this.signal = signal
    this.#onWait = onWait
  }

  /**
   * Asks again and again until the condition gives something other than undefined; undefined when it did not within `ms`. What it
   * throws is thrown.
   */
  async until<T>(what: string, condition: () => Promise<T | undefined>, ms: number): Promise<T | undefined> {
    const start = this.clock.now()
    for (;;) {
      this.signal.throwIfAborted()
      const value = await condition()
      if (value !== undefined) return value
      const waited = this.clock.now() - start
      if (waited >= ms) return undefined
      this.#onWait(what, waited, ms)
      const pause = Math.min(Math.max(SOONEST_MS, waited / 20), LATEST_MS)
      await sleep(this.clock, Math.min(pause, ms - waited), this.signal)
    }
  }

  /** Lets time pass while something else goes on. */
  async pass(what: string, ms: number): Promise<void> {
    const start = this.clock.now()
    await this.until(what, async () => (this.clock.now() - start >= ms ? true : undefined), ms)
  }

  /** Milliseconds since a moment that `clock.now()` gave. */
  since(moment: number): number {
    return this.clock.now() - moment
  }
}

/** `0.4 s`, `12 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
