import { existsSync, mkdirSync, renameSync } from 'node:fs'
import path from 'node:path'
import { minimist } from 'zx'
import { chooseExercise, UsageError, wordsFor } from '../learner/choose.ts'
import { type ExercisePlace, shownPath, workspaceFolder } from '../learner/exercise-place.ts'
import { loadExercise } from '../learner/load-exercise.ts'
import { ProgressFile } from '../learner/progress.ts'
import { handOut } from '../learner/starters.ts'

/** `npm run reset 3`: fresh files; the old ones are kept in `.kept/`. Without a number: where the learner is. */
export async function run(args: readonly string[]): Promise<number> {
  const { _: words } = minimist([...args], { boolean: ['yes', 'all'], string: ['_', 'context'] }) as { _: string[] }
  const progress = new ProgressFile(workspaceFolder())
  let place: ExercisePlace
  try {
    place = await chooseExercise(words, progress.read())
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`  ${error.message}`)
    return 2
  }
  const exercise = await loadExercise(place)
  const kept = keepOld(place, Object.keys(exercise.files))
  progress.updateExercise(place.id, (own) => {
    own.starters = {}
    own.hints = {}
    delete own.failing
  })
  const { fresh } = handOut(place, exercise, progress)
  console.log(`  Fresh in ${shownPath(place.folder)}: ${fresh.join(', ')}`)
  if (kept !== undefined) console.log(`  Your old files are kept in ${shownPath(kept)}`)
  console.log(`  Next: npm run lesson${wordsFor(place)}`)
  return 0
}

/** Moves the exercise's files aside; gives the folder, or undefined when there were none. */
function keepOld(place: ExercisePlace, names: readonly string[]): string | undefined {
  const present = names.filter((name) => existsSync(path.join(place.folder, name)))
  if (present.length === 0) return undefined
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '.')
  let kept = path.join(workspaceFolder(), '.kept', stamp, place.id)
  for (let again = 2; existsSync(kept); again++)
    kept = path.join(workspaceFolder(), '.kept', `${stamp}-${again}`, place.id)
  for (const name of present) {
    mkdirSync(path.dirname(path.join(kept, name)), { recursive: true })
    renameSync(path.join(place.folder, name), path.join(kept, name))
  }
  return kept
}
