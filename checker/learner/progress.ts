import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import lockfile from 'proper-lockfile'
import type { AppliedObject } from '../apply/applied.ts'

/** What the workbook remembers of a learner, in workspace/.progress.json. */
export interface Progress {
  /** Number of the lesson opened last. */
  last?: number
  /** The drill of it, if it was one that was opened last. */
  drill?: string
  /** The exercise that a command was last typed for, and when (RFC 3339). */
  seen?: { readonly exercise: string; readonly at: string }
  /** The cluster that checks run on; left out: the practice cluster. */
  cluster?: { readonly context: string; readonly kubeconfig?: string }
  exercises: Record<string, ExerciseProgress>
  /** What was applied: by cluster, then by exercise. */
  applied: Record<string, Record<string, readonly AppliedObject[]>>
}

export interface ExerciseProgress {
  /** SHA-256 of each starter file that was handed out. */
  starters?: Record<string, string>
  /** RFC 3339. */
  passed?: string
  /** Seconds that were spent with it, as far as commands tell. */
  seconds?: number
  /** First guesses, by question, and whether they came true. */
  predictions?: Record<string, { readonly guess: unknown; readonly right: boolean }>
  /** Hints already shown, by their key. */
  hints?: Record<string, number>
  /** Keys of hints that fit the last check: failed checks' titles, codes of findings. */
  failing?: readonly string[]
}

/** A gap between two commands that is longer was spent elsewhere, at least in part. Milliseconds. */
const LONGEST_GAP = 15 * 60_000
/** How often a write tries again while another process writes: for 5 s. */
const TRIES = 250

/** Reads and writes the file as a whole; a broken one is put aside, never overwritten. */
export class ProgressFile {
  readonly #file: string

  constructor(workspace: string) {
    this.#file = path.join(workspace, '.progress.json')
  }

  read(): Progress {
    const empty: Progress = { exercises: {}, applied: {} }
    let text: string
    try {
      text = readFileSync(this.#file, 'utf8')
    } catch {
      return empty
    }
    try {
      return { ...empty, ...(JSON.parse(text) as Partial<Progress>) }
    } catch {
      const aside = `${this.#file}.broken-${Date.now()}`
      renameSync(this.#file, aside)
      console.error(`  The file of your progress is no JSON any more. It is kept as ${aside}; a new one begins.`)
      return empty
    }
  }

  /** Reads, lets `change` work on it, writes; one process after another, so that no change is lost. */
  update(change: (progress: Progress) => void): void {
    mkdirSync(path.dirname(this.#file), { recursive: true })
    const unlock = this.#lock()
    try {
      const progress = this.read()
      change(progress)
      const temporary = `${this.#file}.new`
      const descriptor = openSync(temporary, 'w')
      writeFileSync(descriptor, `${JSON.stringify(progress, null, 2)}\n`)
      fsyncSync(descriptor)
      closeSync(descriptor)
      renameSync(temporary, this.#file)
    } finally {
      unlock()
    }
  }

  /** Changes what is known of one exercise. */
  updateExercise(id: string, change: (exercise: ExerciseProgress) => void): void {
    this.update((progress) => {
      const exercise = progress.exercises[id] ?? {}
      change(exercise)
      progress.exercises[id] = exercise
    })
  }

  /** A command was typed for an exercise: the time since the last one belongs to what that one was about. */
  visit(id: string, now = Date.now()): void {
    this.update((progress) => {
      const { seen } = progress
      const gap = seen ? now - Date.parse(seen.at) : 0
      if (seen && gap > 0) {
        const exercise = progress.exercises[seen.exercise] ?? {}
        exercise.seconds = (exercise.seconds ?? 0) + Math.round(Math.min(gap, LONGEST_GAP) / 1000)
        progress.exercises[seen.exercise] = exercise
      }
      progress.seen = { exercise: id, at: new Date(now).toISOString() }
    })
  }

  #lock(): () => void {
    // the file may not be there yet, and its folder is what checks lock
    const options = { realpath: false, stale: 5_000 }
    for (let tries = 0; ; tries++) {
      try {
        return lockfile.lockSync(this.#file, options)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ELOCKED' || tries === TRIES) throw error
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
      }
    }
  }
}
