/** Milliseconds that calls may take of one turn of the event loop. */
const BUDGET_MS = 20

/**
 * Turns of the event loop, shared out. Calls of the components are promises that never leave the process: thousands at once
 * (a Deployment of 5,000 replicas) would keep every other client waiting until the last is done. Real time, not a Clock: it is
 * about this process.
 */
export class Turns {
  #began: number | undefined
  #next: Promise<void> | undefined

  /** Does the work when there is time left in the turn; what waits goes on in the order in which it came. Rejects as it throws. */
  async run<T>(work: () => T): Promise<T> {
    // Looked at and used without a break: what runs at the same time must not find the same time left.
    while (this.#isSpent()) await this.#next
    return work()
  }

  #isSpent(): boolean {
    const now = performance.now()
    if (this.#began === undefined) {
      this.#began = now
      this.#next = new Promise((resolve) => {
        setImmediate(() => {
          this.#began = undefined
          resolve()
        })
      })
    }
    return now - this.#began >= BUDGET_MS
  }
}
