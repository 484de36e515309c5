import { cpus } from 'node:os'

/** How much of the machine nobody used between one call and the next: 0 to 1. The first call tells of the time since the machine began. */
export class IdleShare {
  #idle = 0
  #all = 0

  read(): number {
    let idle = 0
    let all = 0
    for (const { times } of cpus()) {
      idle += times.idle
      all += Object.values(times).reduce((sum, ms) => sum + ms, 0)
    }
    const share = all === this.#all ? 0 : (idle - this.#idle) / (all - this.#all)
    this.#idle = idle
    this.#all = all
    return share
  }
}
