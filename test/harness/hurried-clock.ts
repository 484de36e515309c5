import type { Clock, Timer } from '../../cluster/apimachinery/clock.ts'

/** A clock that does not let anybody wait: whenever nothing else is to be done, it jumps to what is due next. */
export class HurriedClock implements Clock {
  #now = Date.parse('2026-01-01T00:00:00Z')
  #timers: { readonly due: number; readonly callback: () => void }[] = []
  #scheduled = false

  now(): number {
    return this.#now
  }

  since(moment: number): number {
    return this.#now - moment
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const timer = { due: this.#now + Math.max(0, ms), callback }
    this.#timers.push(timer)
    this.#schedule()
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer)
      },
    }
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      const [first] = this.#timers.sort((a, b) => a.due - b.due)
      if (!first) return
      this.#timers = this.#timers.filter((other) => other !== first)
      this.#now = Math.max(this.#now, first.due)
      first.callback()
      if (this.#timers.length > 0) this.#schedule()
    })
  }
}
