import type { Clock } from '../../apimachinery/clock.ts'

/** Nobody looked for this long, though somebody looks every five seconds: the machine slept. Clock ms. */
const JUMP_MS = 20_000

/**
 * Notices that time has passed in which nothing could run: a laptop was closed. What was silent meanwhile is not dead, so
 * everything that waits for silence starts anew from then.
 */
export class ClockJump {
  #looked: number | undefined
  #last = 0

  /** The moment (ms since the epoch) that silence is counted from at the earliest. */
  since(clock: Clock): number {
    const now = clock.now()
    const gone = this.#looked === undefined ? Number.POSITIVE_INFINITY : clock.since(this.#looked)
    if (gone > JUMP_MS || gone < 0) this.#last = now
    this.#looked = now
    return this.#last
  }
}
