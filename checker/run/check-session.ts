import path from 'node:path'
import { RealClock } from '../../cluster/apimachinery/clock.ts'
import { type AppliedMemory, checkExercise } from '../check/check-exercise.ts'
import type { Observer } from '../check/observer.ts'
import type { ExerciseResult } from '../check/result.ts'
import type { ClusterInUse } from '../cluster/in-use.ts'
import { commandAfter, wordsFor } from '../learner/choose.ts'
import { type ExercisePlace, shownPath } from '../learner/exercise-place.ts'
import { loadExercise } from '../learner/load-exercise.ts'
import type { ProgressFile } from '../learner/progress.ts'
import { handOut } from '../learner/starters.ts'
import { hintKeys } from '../lesson/hint-keys.ts'
import type { Exercise } from '../lesson/lesson.ts'
import { Screen } from '../report/screen.ts'

/** An exercise whose files the learner has. */
export interface Prepared {
  readonly place: ExercisePlace
  readonly exercise: Exercise
}

/** What the checks of one command have in common: the cluster, and where results are kept. */
export class CheckSession {
  readonly using: ClusterInUse
  readonly memory: AppliedMemory
  readonly out: NodeJS.WriteStream
  readonly #progress: ProgressFile

  constructor(
    using: ClusterInUse,
    memory: AppliedMemory,
    progress: ProgressFile,
    out: NodeJS.WriteStream = process.stdout,
  ) {
    this.using = using
    this.memory = memory
    this.out = out
    this.#progress = progress
  }

  /** Loads an exercise, and hands its files out if that was not done before. */
  async prepare(place: ExercisePlace): Promise<Prepared> {
    const exercise = await loadExercise(place)
    handOut(place, exercise, this.#progress)
    return { place, exercise }
  }

  /** Checks, and remembers how it went. `ready` is awaited before the cluster is touched. Throws when the signal aborts. */
  async check(
    { place, exercise }: Prepared,
    { signal, observer, ready }: { signal: AbortSignal; observer?: Observer; ready?: () => Promise<void> },
  ): Promise<ExerciseResult> {
    const result = await checkExercise({
      id: place.id,
      exercise,
      folder: place.folder,
      starter: place.starter,
      namespace: place.namespace,
      cluster: async () => {
        await ready?.()
        return await this.using.connect()
      },
      clusterTitle: this.using.title,
      memory: this.memory,
      clock: new RealClock(),
      signal,
      ...(observer && { observer }),
    })
    this.#remember(place, result, hintKeys(result, exercise))
    return result
  }

  screen({ place, exercise }: Prepared): Screen {
    const words = wordsFor(place)
    const texts = {
      number: words.trim(),
      title: exercise.title,
      cluster: this.using.title,
      namespace: place.namespace,
      text: shownPath(path.join(place.starter, 'README.md')),
      words,
      next: commandAfter(place),
      proved: exercise.proved,
      hasHint: (result: ExerciseResult) => hintKeys(result, exercise).length > 0,
    }
    return new Screen(texts, this.out)
  }

  #remember(place: ExercisePlace, { verdict, predictions }: ExerciseResult, failing: readonly string[]): void {
    this.#progress.updateExercise(place.id, (own) => {
      own.failing = failing
      if (verdict === 'passed') own.passed ??= new Date().toISOString()
      // the first guess counts: the second is no guess any more
      for (const { key, guess, right } of predictions) {
        if (own.predictions?.[key] === undefined) own.predictions = { ...own.predictions, [key]: { guess, right } }
      }
    })
  }
}
