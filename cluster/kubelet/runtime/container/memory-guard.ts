import type { Usage } from '../runtime.ts'

/** Milliseconds between two looks. */
const EVERY_MS = 250

/**
 * Watches what a container uses and calls `kill` once it is over the limit, as the kernel's OOM killer would. Node itself takes
 * about 45 MB, so a smaller limit ends every app.
 */
export class MemoryGuard {
  #killed = false
  readonly #timer: NodeJS.Timeout

  constructor(limitBytes: number, usage: () => Promise<Usage | undefined>, kill: () => void) {
    let looking = false
    this.#timer = setInterval(async () => {
      if (looking) return
      looking = true
      const used = await usage()
      looking = false
      if (used && used.memoryBytes > limitBytes && !this.#killed) {
        this.#killed = true
        kill()
      }
    }, EVERY_MS)
    this.#timer.unref()
  }

  /** Whether it has killed. */
  get killed(): boolean {
    return this.#killed
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
