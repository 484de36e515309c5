import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Exercise } from '../lesson/lesson.ts'
import type { ExercisePlace } from './exercise-place.ts'
import { makeModules } from './module-type.ts'
import type { ProgressFile } from './progress.ts'

export interface HandedOut {
  /** Files that were put into the learner's folder just now. */
  readonly fresh: readonly string[]
  /** Files whose starter is another one than the learner got: offered, never forced. */
  readonly renewed: readonly string[]
}

/** Puts the exercise's files into the learner's folder where that has not been done before. Never overwrites, never puts back. */
export function handOut(place: ExercisePlace, exercise: Exercise, progress: ProgressFile): HandedOut {
  const known = progress.read().exercises[place.id]?.starters ?? {}
  const fresh: string[] = []
  const renewed: string[] = []
  const starters: Record<string, string> = { ...known }
  for (const name of Object.keys(exercise.files)) {
    const from = path.join(place.starter, name)
    const hash = hashOf(from)
    const to = path.join(place.folder, name)
    if (known[name] === undefined) {
      if (!existsSync(to)) {
        mkdirSync(path.dirname(to), { recursive: true })
        copyFileSync(from, to)
        fresh.push(name)
      }
      starters[name] = hash
    } else if (known[name] !== hash) renewed.push(name)
  }
  makeModules(place.workspace)
  if (Object.keys(starters).length > Object.keys(known).length || fresh.length > 0) {
    progress.updateExercise(place.id, (own) => {
      own.starters = starters
    })
  }
  return { fresh, renewed }
}

export function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
