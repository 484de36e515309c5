import { minimist } from 'zx'
import { chooseExercise, UsageError, wordsFor } from '../learner/choose.ts'
import { type ExercisePlace, workspaceFolder } from '../learner/exercise-place.ts'
import { loadExercise } from '../learner/load-exercise.ts'
import { ProgressFile } from '../learner/progress.ts'
import { wrap } from '../report/layout.ts'
import { colours } from '../report/marks.ts'

const TIERS = ['a question', 'a place to look', 'nearly the answer']

/** `npm run hint`: the next hint for what failed in the last check. Those already given are repeated above it, never the next ones. */
export async function run(args: readonly string[]): Promise<number> {
  const { _: words } = minimist([...args], { string: ['_', 'context'] }) as { _: string[] }
  const progress = new ProgressFile(workspaceFolder())
  let place: ExercisePlace
  try {
    place = await chooseExercise(words, progress.read())
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`  ${error.message}`)
    return 2
  }
  progress.visit(place.id)
  const { hints = {} } = await loadExercise(place)
  const own = progress.read().exercises[place.id]
  const failing = own?.failing?.filter((key) => Object.hasOwn(hints, key)) ?? []
  if (failing.length === 0) {
    console.log(
      own?.failing
        ? '  The last check found nothing to give a hint for.'
        : `  First a check, so that the hint fits:  npm run check${wordsFor(place)}`,
    )
    return 0
  }
  // the first matter of which not all is said, else the first
  const key = failing.find((each) => (own?.hints?.[each] ?? 0) < TIERS.length) ?? failing[0] ?? ''
  const tiers = hints[key] ?? []
  const given = Math.min(tiers.length, (own?.hints?.[key] ?? 0) + 1)
  console.log(`\n  ${colours.strong(/^[a-z-]+$/.test(key) ? 'your files' : key)}\n`)
  for (const [index, text] of tiers.slice(0, given).entries()) {
    const line = wrap(`${index + 1}. ${text}`, 5, 80, 2)
    console.log(index === given - 1 ? line : colours.quiet(line))
  }
  const left = tiers.length - given
  console.log(
    left > 0
      ? `\n  Still there if you need it: ${TIERS.slice(given).join(', then ')}.  npm run hint${wordsFor(place)}`
      : '\n  That was the last one.',
  )
  progress.updateExercise(place.id, (exercise) => {
    exercise.hints = { ...exercise.hints, [key]: given }
  })
  return 0
}
