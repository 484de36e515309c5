import type { Clock } from '../../cluster/apimachinery/clock.ts'
import type { Door } from './door.ts'
import type { Reference } from './live.ts'
import { isAnswered, type Reply } from './reply.ts'

/** What is to be sent while something happens. */
export interface TrafficPlan {
  readonly service: Reference
  readonly path: string
  readonly perSecond: number
  /** How long an answer may take before it counts as lost. Left out: 2 s. */
  readonly patienceMs?: number
}

/** @example to('service/starter-app').perSecond(20) */
export function to(service: Reference, path = '/'): { perSecond(rate: number): TrafficPlan } {
  return { perSecond: (rate) => ({ service, path, perSecond: rate }) }
}

/** One request and what became of it. Moments are the clock's milliseconds. */
export interface Sent {
  readonly at: number
  readonly ended: number
  readonly reply: Reply
}

/**
 * Sends at a steady rate, whether or not answers come, each request over a connection of its own. Every one of them is accounted
 * for: `stop` waits until the last has its reply.
 */
export class Traffic {
  readonly #door: Door
  readonly #plan: TrafficPlan
  readonly #clock: Clock
  readonly #open = new Set<Promise<void>>()
  readonly #sent: Sent[] = []
  #running = true
  readonly #start: number
  #count = 0

  constructor(door: Door, plan: TrafficPlan, clock: Clock) {
    this.#door = door
    this.#plan = plan
    this.#clock = clock
    this.#start = clock.now()
    this.#next()
  }

  /** Sends no more, and gives all that was sent, in order. */
  async stop(): Promise<readonly Sent[]> {
    this.#running = false
    await Promise.all(this.#open)
    return this.#sent.sort((a, b) => a.at - b.at)
  }

  /** Waits until all that was sent up to now has its reply; goes on sending meanwhile. */
  async caughtUp(): Promise<void> {
    await Promise.all(this.#open)
  }

  /** What has its reply by now. */
  get replied(): readonly Sent[] {
    return this.#sent
  }

  #next(): void {
    if (!this.#running) return
    this.#send()
    this.#count += 1
    // against the start, not the last request: a late timer does not lower the rate
    const due = this.#start + (this.#count * 1000) / this.#plan.perSecond
    this.#clock.setTimeout(() => this.#next(), Math.max(0, due - this.#clock.now()))
  }

  #send(): void {
    const at = this.#clock.now()
    const done = this.#door.ask(this.#plan.path, { timeoutMs: this.#plan.patienceMs ?? 2_000 }).then(
      (reply) => {
        this.#sent.push({ at, ended: this.#clock.now(), reply })
      },
      (error: unknown) => {
        // the API server itself did not take it: lost all the same
        const detail = error instanceof Error ? error.message : String(error)
        this.#sent.push({ at, ended: this.#clock.now(), reply: { kind: 'failed', by: 'cluster', detail, ms: 0 } })
      },
    )
    this.#open.add(done)
    void done.then(() => this.#open.delete(done))
  }
}

/** Those that got no answer, or a 5xx. */
export function lostOf(sent: readonly Sent[]): readonly Sent[] {
  return sent.filter(({ reply }) => !isAnswered(reply))
}

/** The longest time, in ms, from `from` to `until` in which no answer arrived. */
export function longestSilence(sent: readonly Sent[], from: number, until: number): number {
  const answers = sent
    .filter(({ reply }) => isAnswered(reply))
    .map(({ ended }) => ended)
    .filter((moment) => moment >= from && moment <= until)
    .sort((a, b) => a - b)
  let longest = 0
  let last = from
  for (const moment of [...answers, until]) {
    longest = Math.max(longest, moment - last)
    last = moment
  }
  return longest
}

/** The most requests, one sent after the other, that were lost. A machine that was slow for a moment lost none. */
export function mostInARow(sent: readonly Sent[]): number {
  let most = 0
  let row = 0
  for (const { reply } of sent) {
    row = isAnswered(reply) ? 0 : row + 1
    most = Math.max(most, row)
  }
  return most
}
