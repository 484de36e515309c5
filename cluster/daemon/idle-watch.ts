import type { Clock, Timer } from '../apimachinery/clock.ts'

/** Notices that nobody has used the cluster for a while: no request is open, and none was for `ms` of the clock. */
export class IdleWatch {
  readonly #clock: Clock
  readonly #ms: number
  readonly #idle: () => void
  #open = 0
  #timer: Timer | undefined

  constructor(clock: Clock, ms: number, idle: () => void) {
    this.#clock = clock
    this.#ms = ms
    this.#idle = idle
    this.#arm()
  }

  /** A request has begun; call what it returns when it has ended. */
  began(): () => void {
    this.#open += 1
    this.#timer?.cancel()
    let ended = false
    return () => {
      if (ended) return
      ended = true
      this.#open -= 1
      if (this.#open === 0) this.#arm()
    }
  }

  stop(): void {
    this.#timer?.cancel()
    this.#open = Number.POSITIVE_INFINITY
  }

  #arm(): void {
    this.#timer?.cancel()
    this.#timer = this.#clock.setTimeout(this.#idle, this.#ms)
  }
}
