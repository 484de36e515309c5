import type { Clock, Timer } from '../../apimachinery/clock.ts'
import type { Probe } from '../../apimachinery/objects.ts'
import type { ProbeResult } from './prober.ts'

export type ProbeKind = 'Startup' | 'Liveness' | 'Readiness'

/** What a worker asks of its pod. */
export interface Probed {
  /** The run to probe: undefined while nothing runs. */
  target(): { readonly id: string; readonly startedAt: number } | undefined
  /** Whether that run has started up. */
  started(): boolean
  probe(): Promise<ProbeResult>
  /** A probe's miss, to be told as an event. */
  tell(result: ProbeResult): void
  /** The verdict changed. */
  changed(): void
}

/**
 * Probes one container for as long as its pod lives, on the clock it is given, which is real time. The ticks begin when the
 * pod is taken on, and go on through restarts. Follows pkg/kubelet/prober/worker.go.
 */
export class ProbeWorker {
  readonly kind: ProbeKind
  readonly #spec: Probe
  readonly #clock: Clock
  readonly #probed: Probed
  #timer: Timer | undefined
  #run: string | undefined
  #verdict: boolean | undefined
  #last: boolean | undefined
  #count = 0
  #onHold = false
  #busy = false
  #hurried = false
  #again = false
  #stopped = false

  constructor(kind: ProbeKind, spec: Probe, clock: Clock, probed: Probed) {
    this.kind = kind
    this.#spec = spec
    this.#clock = clock
    this.#probed = probed
  }

  /** Whether the container is found started, alive or ready; undefined: not known yet. */
  get verdict(): boolean | undefined {
    this.#follow()
    return this.#verdict
  }

  start(): void {
    this.#stopped = false
    void this.#tick()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  /** Probes a run that was not probed yet at once, and counts the period from here. */
  hurry(): void {
    if (!this.#follow() || this.#hurried || this.#stopped) return
    this.#hurried = true
    if (this.#busy) this.#again = true
    else void this.#tick()
  }

  async #tick(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = this.#clock.setTimeout(() => void this.#tick(), (this.#spec.periodSeconds ?? 10) * 1_000)
    if (this.#busy) return
    this.#busy = true
    try {
      await this.#once()
    } finally {
      this.#busy = false
    }
    if (this.#again && !this.#stopped) {
      this.#again = false
      void this.#tick()
    }
  }

  async #once(): Promise<void> {
    const target = this.#follow()
    if (!target || this.#onHold || this.#stopped) return
    const ranFor = Math.floor(this.#clock.since(target.startedAt) / 1_000)
    if (ranFor < (this.#spec.initialDelaySeconds ?? 0)) return
    if (this.#probed.started() === (this.kind === 'Startup')) return

    const result = await this.#probed.probe()
    if (this.#stopped || this.#probed.target()?.id !== target.id) return
    if (result.outcome !== 'success') this.#probed.tell(result)
    if (result.outcome === 'errored') return

    const good = result.outcome !== 'failure'
    this.#count = this.#last === good ? this.#count + 1 : 1
    this.#last = good
    if (this.#count < (good ? (this.#spec.successThreshold ?? 1) : (this.#spec.failureThreshold ?? 3))) return
    const changed = this.#verdict !== good
    this.#verdict = good
    // What is going to be restarted, and what has started, is not probed until there is a new run.
    if ((this.kind === 'Liveness' && !good) || this.kind === 'Startup') {
      this.#onHold = true
      this.#count = 0
    }
    if (changed) this.#probed.changed()
  }

  /** A new run begins without a verdict (and is alive until found otherwise). */
  #follow(): ReturnType<Probed['target']> {
    const target = this.#probed.target()
    if (target && target.id !== this.#run) {
      this.#run = target.id
      this.#onHold = false
      this.#hurried = false
      this.#verdict = this.kind === 'Liveness' ? true : this.kind === 'Readiness' ? false : undefined
    }
    return target
  }
}
