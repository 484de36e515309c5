/**
 * Time, injected. Timestamps are always wall time; what a clock may stretch is how long things last: with a scale of 10 the
 * control plane's ten seconds pass in one. Back-off, eviction and time-to-live use the scaled clock, apps and probes a real one.
 */
export interface Clock {
  /** Milliseconds since the epoch, never scaled: what timestamps are written from. */
  now(): number
  /** How many of this clock's milliseconds have passed since a moment that `now()` gave (or a timestamp parsed). */
  since(moment: number): number
  /** Calls back once after this many of the clock's milliseconds. */
  setTimeout(callback: () => void, ms: number): Timer
}

export interface Timer {
  cancel(): void
}

/** RFC 3339 in seconds, as `metadata.creationTimestamp` has it. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** RFC 3339 with six decimals, as Lease and Event times have it. */
export function microTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000Z`
}

/** Resolves after this many of the clock's milliseconds, or at once when the signal aborts. Never rejects. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = () => {
      timer.cancel()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = clock.setTimeout(done, ms)
    signal?.addEventListener('abort', done, { once: true })
  })
}

interface Armed {
  readonly callback: () => void
  due: number
  handle: NodeJS.Timeout | undefined
}

/** Changes of speed that `since` looks back over; what is older counts by the earliest speed of these. */
const REMEMBERED = 20

/** The machine's clock; `speed` may be changed at any time, also for timers that already run. */
export class RealClock implements Clock {
  #speed: number
  /** The speeds before this one, latest first: until which moment each held. */
  readonly #before: { readonly until: number; readonly speed: number }[] = []
  readonly #armed = new Set<Armed>()

  constructor(speed = 1) {
    this.#speed = speed
  }

  get speed(): number {
    return this.#speed
  }

  set speed(speed: number) {
    if (!(speed > 0)) throw new RangeError(`a clock's speed is a number above 0, not ${speed}`)
    const now = Date.now()
    for (const timer of this.#armed) timer.due = now + ((timer.due - now) * this.#speed) / speed
    this.#before.unshift({ until: now, speed: this.#speed })
    this.#before.splice(REMEMBERED)
    this.#speed = speed
    for (const timer of this.#armed) this.#arm(timer)
  }

  now(): number {
    return Date.now()
  }

  since(moment: number): number {
    let speed = this.#speed
    let from = Date.now()
    let passed = 0
    // what was before a change of speed counts as it passed then: else a heartbeat of just now would be long overdue
    for (const before of this.#before) {
      if (moment >= before.until) break
      passed += (from - before.until) * speed
      from = before.until
      speed = before.speed
    }
    return passed + (from - moment) * speed
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const timer: Armed = { callback, due: Date.now() + ms / this.#speed, handle: undefined }
    this.#armed.add(timer)
    this.#arm(timer)
    return {
      cancel: () => {
        clearTimeout(timer.handle)
        this.#armed.delete(timer)
      },
    }
  }

  #arm(timer: Armed): void {
    clearTimeout(timer.handle)
    timer.handle = setTimeout(
      () => {
        this.#armed.delete(timer)
        timer.callback()
      },
      Math.min(Math.max(0, timer.due - Date.now()), 2 ** 31 - 1),
    )
  }
}
