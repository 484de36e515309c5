import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { AppliedObject } from '../apply/applied.ts'

/** What the workbook remembers of a learner, in workspace/.progress.json. */
export interface Progress {
  /** Number of the lesson opened last. */
  last?: number
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
  /** Hints already shown, by their key. */
  hints?: Record<string, number>
  /** Keys of hints that fit the last check: failed checks' titles, codes of findings. */
  failing?: readonly string[]
}

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
      renameSync(this.#file, `${this.#file}.broken`)
      return empty
    }
  }

  /** Reads, lets `change` work on it, writes. Two processes at once: whole files, the last one wins. */
  update(change: (progress: Progress) => void): void {
    const progress = this.read()
    change(progress)
    mkdirSync(path.dirname(this.#file), { recursive: true })
    const temporary = `${this.#file}.${process.pid}`
    writeFileSync(temporary, `${JSON.stringify(progress, null, 2)}\n`)
    renameSync(temporary, this.#file)
  }

  /** Changes what is known of one exercise. */
  updateExercise(id: string, change: (exercise: ExerciseProgress) => void): void {
    this.update((progress) => {
      const exercise = progress.exercises[id] ?? {}
      change(exercise)
      progress.exercises[id] = exercise
    })
  }
}
