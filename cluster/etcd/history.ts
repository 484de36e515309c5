import type { Entry } from './entry.ts'

/** A change of one key. `next` of a deletion is the value as it was last, at the revision of the deletion. */
export interface StoreEvent<T extends object> {
  readonly revision: number
  readonly key: string
  readonly deleted: boolean
  readonly last: Entry<T> | undefined
  readonly next: Entry<T>
}

/** How much of the past is kept: enough for a watch that was away for a while, little enough for a laptop's memory. */
const MOST_EVENTS = 4_000
const MOST_CHARACTERS = 8_000_000

/** The window of recent events. What is older has expired: who asks for it must list again. */
export class History<T extends object> {
  #events: StoreEvent<T>[] = []
  /** Events before this index are dropped; the array is cut now and then, not with every event. */
  #first = 0
  #characters = 0
  /** The latest revision that is no longer known. */
  #expired: number

  constructor(revision: number) {
    this.#expired = revision
  }

  /** Everything after this revision is known. */
  get oldest(): number {
    return this.#expired
  }

  add(event: StoreEvent<T>): void {
    this.#events.push(event)
    this.#characters += sizeOf(event)
    while (this.#events.length - this.#first > MOST_EVENTS || this.#characters > MOST_CHARACTERS) {
      const gone = this.#events[this.#first] as StoreEvent<T>
      this.#first += 1
      this.#characters -= sizeOf(gone)
      this.#expired = gone.revision
    }
    if (this.#first > MOST_EVENTS / 4) {
      this.#events = this.#events.slice(this.#first)
      this.#first = 0
    }
  }

  /** Events after this revision, oldest first. The caller has made sure that it is not older than `oldest`. */
  since(revision: number): readonly StoreEvent<T>[] {
    let low = this.#first
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#events[middle] as StoreEvent<T>).revision <= revision) low = middle + 1
      else high = middle
    }
    return this.#events.slice(low)
  }
}

function sizeOf<T extends object>({ deleted, next }: StoreEvent<T>): number {
  return deleted ? 200 : next.json.length
}
