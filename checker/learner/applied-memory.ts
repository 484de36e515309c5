import type { AppliedObject } from '../apply/applied.ts'
import type { AppliedMemory } from '../check/check-exercise.ts'
import type { ProgressFile } from './progress.ts'

/** What was applied on one cluster, kept in the progress file. `cluster` tells clusters apart. */
export class RememberedObjects implements AppliedMemory {
  readonly #progress: ProgressFile
  readonly #cluster: string

  constructor(progress: ProgressFile, cluster: string) {
    this.#progress = progress
    this.#cluster = cluster
  }

  of(exercise: string): readonly AppliedObject[] {
    return this.#progress.read().applied[this.#cluster]?.[exercise] ?? []
  }

  /** Exercises of the same lesson share its namespace: main exercise and drills. */
  others(exercise: string): readonly string[] {
    const [lesson] = exercise.split('/')
    return this.exercises().filter((other) => other !== exercise && other.split('/')[0] === lesson)
  }

  /** Every exercise of which something is on the cluster. */
  exercises(): readonly string[] {
    return Object.keys(this.#progress.read().applied[this.#cluster] ?? {})
  }

  remember(exercise: string, objects: readonly AppliedObject[]): void {
    this.#progress.update((progress) => {
      const own = progress.applied[this.#cluster] ?? {}
      progress.applied[this.#cluster] = own
      if (objects.length > 0) own[exercise] = objects
      else delete own[exercise]
    })
  }
}
