import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { minimist } from 'zx'
import { RealClock } from '../../cluster/apimachinery/clock.ts'
import { lessons } from '../../lessons/index.ts'
import { shortName } from '../apply/applied.ts'
import { checkExercise } from '../check/check-exercise.ts'
import { type ExerciseResult, exitCodeOf, worstOf } from '../check/result.ts'
import { clusterInUse } from '../cluster/in-use.ts'
import { RememberedObjects } from '../learner/applied-memory.ts'
import { lockChecks } from '../learner/check-lock.ts'
import { chooseExercise, UsageError, wordsFor } from '../learner/choose.ts'
import { type ExercisePlace, placeOf, shownPath, workspaceFolder } from '../learner/exercise-place.ts'
import { loadExercise } from '../learner/load-exercise.ts'
import { ProgressFile } from '../learner/progress.ts'
import { handOut } from '../learner/starters.ts'
import { hintKeys } from '../lesson/hint-keys.ts'
import { jsonResult } from '../report/json.ts'
import { junit } from '../report/junit.ts'
import { Screen } from '../report/screen.ts'

const USAGE = `
  npm run check                     the lesson you are at
  npm run check 3                   lesson 3
  npm run check 3 the-missing-image a drill of lesson 3
  npm run check all                 every lesson and drill
  npm run check -- --json           for programs;  --junit FILE  for CI
  npm run check -- --context NAME   on another cluster, for this run
`

interface Flags {
  readonly all?: boolean
  readonly json?: boolean
  readonly junit?: string
  readonly context?: string
}

/** `npm run check`: reads the learner's files and tries them on the cluster. */
export async function run(args: readonly string[]): Promise<number> {
  const unknown: string[] = []
  const parsed = minimist([...args], {
    boolean: ['all', 'json'],
    string: ['_', 'junit', 'context'],
    unknown: (word: string) => !word.startsWith('-') || unknown.push(word) === 0,
  })
  const flags = parsed as Flags
  if (unknown.length > 0) {
    console.error(`  unknown: ${unknown.join(' ')}\n${USAGE}`)
    return 2
  }
  const workspace = workspaceFolder()
  const progress = new ProgressFile(workspace)
  let places: readonly ExercisePlace[]
  try {
    places = flags.all ? await everyExercise() : [await chooseExercise(parsed._, progress.read())]
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`  ${error.message}\n${USAGE}`)
    return 2
  }
  const unlock = await lockChecks(workspace, () =>
    console.error('  Another check is running; this one waits for its end …'),
  )
  try {
    return await checkAll(places, flags, progress)
  } finally {
    await unlock()
  }
}

async function everyExercise(): Promise<ExercisePlace[]> {
  const places: ExercisePlace[] = []
  for (const lesson of lessons) {
    const { drills } = await lesson.load()
    places.push(placeOf(lesson), ...drills.map(({ name }) => placeOf(lesson, name)))
  }
  return places
}

async function checkAll(places: readonly ExercisePlace[], flags: Flags, progress: ProgressFile): Promise<number> {
  const quiet = flags.json === true
  const using = clusterInUse(progress.read(), flags.context, (line) => quiet || console.log(`  ${line}`))
  const memory = new RememberedObjects(progress, using.id)
  const abort = new AbortController()
  const interrupt = () => abort.abort(new Error('interrupted'))
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  const results: ExerciseResult[] = []
  try {
    for (const place of places) {
      const exercise = await loadExercise(place)
      handOut(place, exercise, progress)
      const words = wordsFor(place)
      const screen = quiet
        ? undefined
        : new Screen({
            number: words.trim(),
            title: exercise.title,
            cluster: using.title,
            namespace: place.namespace,
            text: shownPath(path.join(place.starter, 'README.md')),
            words,
            next: nextCommand(place),
            proved: exercise.proved,
            hasHint: (result) => hintKeys(result, exercise).length > 0,
          })
      const result = await checkExercise({
        id: place.id,
        exercise,
        folder: place.folder,
        starter: place.starter,
        namespace: place.namespace,
        cluster: using.connect,
        clusterTitle: using.title,
        memory,
        clock: new RealClock(),
        signal: abort.signal,
        ...(screen && { observer: screen }),
      })
      screen?.finish(result)
      results.push(result)
      remember(progress, place, result, hintKeys(result, exercise))
      // a cluster that cannot be reached cannot be reached for the next lesson either
      if (result.verdict === 'cluster') break
    }
  } catch (error) {
    if (!abort.signal.aborted) throw error
    interrupted(places, memory, using.practice)
    return 3
  } finally {
    process.removeListener('SIGINT', interrupt)
    process.removeListener('SIGTERM', interrupt)
  }
  if (flags.junit !== undefined) writeFileSync(path.resolve(process.env.INIT_CWD ?? '.', flags.junit), junit(results))
  const verdict = worstOf(results.map((result) => result.verdict))
  if (quiet) console.log(JSON.stringify({ verdict, exercises: results.map(jsonResult) }, null, 2))
  else if (places.length > 1) console.log(`\n  ${summary(results)}`)
  return exitCodeOf(verdict)
}

function remember(
  progress: ProgressFile,
  place: ExercisePlace,
  { verdict }: ExerciseResult,
  failing: readonly string[],
): void {
  progress.updateExercise(place.id, (own) => {
    own.failing = failing
    if (verdict === 'passed') own.passed ??= new Date().toISOString()
  })
}

function nextCommand({ lesson, drill }: ExercisePlace): string | undefined {
  if (drill !== undefined) return `npm run lesson ${lesson.number}`
  const next = lessons.find(({ number }) => number === lesson.number + 1)
  return next && `npm run lesson ${next.number}`
}

function summary(results: readonly ExerciseResult[]): string {
  const count = (verdict: string) => results.filter((result) => result.verdict === verdict).length
  const parts = [`${count('passed')} passed`, `${count('not-passed')} not passed`]
  const open = count('cluster') + count('unsettled')
  if (open > 0) parts.push(`${open} without a verdict`)
  return parts.join(', ')
}

/** Ctrl-C: nothing is taken back, and the learner knows what is there. */
function interrupted(places: readonly ExercisePlace[], memory: RememberedObjects, practice: boolean): void {
  const left = places.flatMap((place) => memory.of(place.id).map((object) => ({ place, object })))
  console.log('\n  Interrupted; there is no verdict.')
  const [first] = left
  if (!first) return
  console.log(`  What was applied stays: ${left.map(({ object }) => shortName(object)).join(', ')}`)
  const kubectl = practice ? 'npm run kubectl --' : 'kubectl'
  console.log(`  To remove it:  ${kubectl} delete namespace ${first.place.namespace}`)
}
