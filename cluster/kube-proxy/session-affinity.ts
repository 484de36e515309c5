import type { Clock } from '../apimachinery/clock.ts'
import type { Target } from './endpoints-of-port.ts'

/** More clients than this are forgotten, the oldest first. */
const REMEMBERED = 4096

/** Remembers which endpoint a client was given, for `sessionAffinity: ClientIP`. Each use renews it. */
export class SessionAffinity {
  readonly #clock: Clock
  readonly #given = new Map<string, { target: Target; at: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The client's endpoint, if its time is not over and it may still get connections. `seconds`: the Service's timeout. */
  find(door: string, client: string, seconds: number, targets: readonly Target[]): Target | undefined {
    const given = this.#given.get(`${door} ${client}`)
    if (!given || this.#clock.since(given.at) > seconds * 1000) return undefined
    const target = targets.find(({ ip, port }) => ip === given.target.ip && port === given.target.port)
    if (target) this.remember(door, client, target)
    return target
  }

  remember(door: string, client: string, target: Target): void {
    const key = `${door} ${client}`
    this.#given.delete(key)
    this.#given.set(key, { target, at: this.#clock.now() })
    if (this.#given.size > REMEMBERED) this.#given.delete(this.#given.keys().next().value as string)
  }
}
