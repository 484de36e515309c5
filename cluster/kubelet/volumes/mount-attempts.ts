import type { Clock } from '../../apimachinery/clock.ts'
import type { Pod } from '../../apimachinery/objects.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import { BackOff } from '../containers/restart-back-off.ts'
import type { Place } from '../environment/downward-fields.ts'
import { MountError, type PodVolumes } from './pod-volumes.ts'

/** The volume manager's waits between two tries, in milliseconds. */
const [FIRST_MS, LONGEST_MS] = [500, 122_000]
const KEY = 'volumes'

/** Sets up a pod's volumes, again and again with growing waits while something is missing. */
export class MountAttempts {
  readonly #volumes: PodVolumes
  readonly #events: EventRecorder
  readonly #clock: Clock
  readonly #backOff: BackOff

  constructor(volumes: PodVolumes, events: EventRecorder, clock: Clock) {
    this.#volumes = volumes
    this.#events = events
    this.#clock = clock
    this.#backOff = new BackOff(clock, FIRST_MS, LONGEST_MS)
  }

  /** 0 when all volumes are there; else how long to wait, in milliseconds of the clock. An event tells what is missing. */
  async setUp(pod: Pod, place: Place): Promise<number> {
    const left = this.#backOff.left(KEY, this.#backOff.raisedAt(KEY))
    if (left > 0) return left
    try {
      await this.#volumes.setUp(pod, place)
      this.#backOff.forget(KEY)
      return 0
    } catch (error) {
      if (!(error instanceof MountError)) throw error
      this.#events.record(pod, 'Warning', 'FailedMount', error.message)
      this.#backOff.raise(KEY, this.#clock.now())
      return this.#backOff.current(KEY)
    }
  }
}
