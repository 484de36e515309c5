import type { Clock, Timer } from '../../apimachinery/clock.ts'

/** The time that a container or a pod has to end by itself. It may be made shorter while it runs. */
export class GracePeriod {
  readonly #clock: Clock
  readonly #start: number
  readonly #shortened = new Set<() => void>()
  #seconds: number

  constructor(clock: Clock, seconds: number) {
    this.#clock = clock
    this.#start = clock.now()
    this.#seconds = seconds
  }

  get seconds(): number {
    return this.#seconds
  }

  /** Milliseconds that are left, 0 when it is over. */
  left(): number {
    return Math.max(0, this.#seconds * 1_000 - this.#clock.since(this.#start))
  }

  shorten(seconds: number): void {
    if (seconds >= this.#seconds) return
    this.#seconds = seconds
    for (const again of [...this.#shortened]) again()
  }

  /** True when the promise settles first, false when the time is over; at least `leastMs` are given from now. */
  async outlasts(promise: Promise<unknown>, leastMs = 0): Promise<boolean> {
    let timer: Timer | undefined
    let arm = () => {}
    const asked = this.#clock.now()
    const over = new Promise<false>((resolve) => {
      arm = () => {
        timer?.cancel()
        const least = leastMs - this.#clock.since(asked)
        timer = this.#clock.setTimeout(() => resolve(false), Math.max(this.left(), least, 0))
      }
      arm()
    })
    this.#shortened.add(arm)
    try {
      return await Promise.race([promise.then(() => true as const), over])
    } finally {
      timer?.cancel()
      this.#shortened.delete(arm)
    }
  }
}
