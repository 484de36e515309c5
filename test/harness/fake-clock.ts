import type { Clock, Timer } from '../../cluster/apimachinery/clock.ts'

interface Armed {
  readonly due: number
  readonly callback: () => void
}

/** A clock that stands until a test moves it. */
export class FakeClock implements Clock {
  #now: number
  #timers: Armed[] = []

  constructor(now = Date.parse('2026-01-01T00:00:00Z')) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  since(moment: number): number {
    return this.#now - moment
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const timer = { due: this.#now + Math.max(0, ms), callback }
    this.#timers.push(timer)
    return { cancel: () => this.#drop(timer) }
  }

  /** Moves time on by `ms`, running what falls due in order, and lets promises and I/O callbacks settle after each. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    await settle()
    for (;;) {
      const next = this.#firstDue(until)
      if (!next) break
      this.#now = Math.max(this.#now, next.due)
      this.#drop(next)
      next.callback()
      await settle()
    }
    this.#now = until
    await settle()
  }

  #firstDue(until: number): Armed | undefined {
    let first: Armed | undefined
    for (const timer of this.#timers) if (timer.due <= until && (!first || timer.due < first.due)) first = timer
    return first
  }

  #drop(timer: Armed): void {
    this.#timers = this.#timers.filter((other) => other !== timer)
  }
}

/** Lets everything that is already on its way (promises, immediates) happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}
