import type { Clock, Timer } from '../../apimachinery/clock.ts'

/** Runs a sync one at a time: again when it was asked for meanwhile, or when time has come. */
export class SyncLoop {
  readonly #clock: Clock
  readonly #sync: () => Promise<void>
  #paused = false
  #asked = false
  #working: Promise<void> | undefined
  #later: { readonly due: number; readonly timer: Timer } | undefined

  /** `sync` may not throw. */
  constructor(clock: Clock, sync: () => Promise<void>) {
    this.#clock = clock
    this.#sync = sync
  }

  get paused(): boolean {
    return this.#paused
  }

  get busy(): boolean {
    return this.#working !== undefined
  }

  wake(): void {
    this.#asked = true
    if (this.#paused || this.#working) return
    this.#working = this.#work().finally(() => {
      this.#working = undefined
      if (this.#asked) this.wake()
    })
  }

  /** Wakes after `ms` of the clock; of several, the earliest counts. */
  wakeIn(ms: number): void {
    const due = this.#clock.now() + ms
    if (this.#paused || (this.#later && this.#later.due <= due)) return
    this.forgetLater()
    const timer = this.#clock.setTimeout(() => {
      this.#later = undefined
      this.wake()
    }, ms)
    this.#later = { due, timer }
  }

  forgetLater(): void {
    this.#later?.timer.cancel()
    this.#later = undefined
  }

  /** Nothing more is begun; what goes on ends by itself. */
  pause(): void {
    this.#paused = true
    this.forgetLater()
  }

  resume(): void {
    this.#paused = false
    this.wake()
  }

  /** Resolves when nothing goes on. */
  async idle(): Promise<void> {
    await this.#working
  }

  async #work(): Promise<void> {
    while (this.#asked && !this.#paused) {
      this.#asked = false
      await this.#sync()
    }
  }
}
