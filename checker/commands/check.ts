import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { minimist } from 'zx'
import { lessons } from '../../lessons/index.ts'
import { shortName } from '../apply/applied.ts'
import { type ExerciseResult, exitCodeOf, worstOf } from '../check/result.ts'
import { clusterInUse } from '../cluster/in-use.ts'
import { RememberedObjects } from '../learner/applied-memory.ts'
import { lockChecks } from '../learner/check-lock.ts'
import { chooseExercise, UsageError } from '../learner/choose.ts'
import { type ExercisePlace, placeOf, workspaceFolder } from '../learner/exercise-place.ts'
import { ProgressFile } from '../learner/progress.ts'
import { jsonReport } from '../report/json.ts'
import { junit } from '../report/junit.ts'
import { CheckSession } from '../run/check-session.ts'
import { checkSeveral } from '../run/several.ts'
import { watchExercise } from '../run/watch.ts'

const USAGE = `
  npm run check                     the lesson you are at
  npm run check 3                   lesson 3
  npm run check 3 the-missing-image a drill of lesson 3
  npm run check all                 every lesson and drill
  npm run check watch               again on every save, until Ctrl-C
  npm run check -- --json           for programs;  --junit FILE  for CI
  npm run check -- --context NAME   on another cluster, for this run
`

interface Flags {
  readonly all?: boolean
  readonly watch?: boolean
  readonly json?: boolean
  readonly junit?: string
  readonly context?: string
}

/** `npm run check`: reads the learner's files and tries them on the cluster. */
export async function run(args: readonly string[]): Promise<number> {
  const unknown: string[] = []
  const parsed = minimist([...args], {
    boolean: ['all', 'watch', 'json'],
    string: ['_', 'junit', 'context'],
    unknown: (word: string) => !word.startsWith('-') || unknown.push(word) === 0,
  })
  const flags = parsed as Flags
  if (unknown.length > 0) {
    console.error(`  unknown: ${unknown.join(' ')}\n${USAGE}`)
    return 2
  }
  if (flags.watch && (flags.all || flags.json || flags.junit !== undefined)) {
    console.error(`  --watch is for one exercise on the screen: without --all, --json and --junit\n${USAGE}`)
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
  const [first] = places
  if (first) progress.visit(first.id)
  const using = clusterInUse(progress.read(), flags.context, (line) => flags.json || console.log(`  ${line}`))
  const session = new CheckSession(using, new RememberedObjects(progress, using.id), progress)
  const lock: Lock = () =>
    lockChecks(workspace, () => console.error('  Another check is running; this one waits for its end …'))
  if (flags.watch && first) return await checkOnSave(first, session, lock)
  const unlock = await lock()
  try {
    return await checkOnce(places, flags, session)
  } finally {
    await unlock()
  }
}

type Lock = () => Promise<() => Promise<void>>

async function everyExercise(): Promise<ExercisePlace[]> {
  const places: ExercisePlace[] = []
  for (const lesson of lessons) {
    const { drills } = await lesson.load()
    places.push(placeOf(lesson), ...drills.map(({ name }) => placeOf(lesson, name)))
  }
  return places
}

/** One exercise or several, once. */
async function checkOnce(places: readonly ExercisePlace[], flags: Flags, session: CheckSession): Promise<number> {
  const quiet = flags.json === true
  const results = await unlessInterrupted(places, session, async (signal) => {
    const prepared = await Promise.all(places.map((place) => session.prepare(place)))
    return await checkSeveral(prepared, session, { signal, quiet })
  })
  if (!results) return 3
  if (flags.junit !== undefined) writeFileSync(path.resolve(process.env.INIT_CWD ?? '.', flags.junit), junit(results))
  const verdict = worstOf(results.map((result) => result.verdict))
  if (quiet) console.log(JSON.stringify(jsonReport(verdict, results), null, 2))
  else if (places.length > 1) console.log(`\n  ${summary(results)}`)
  return exitCodeOf(verdict)
}

/** Again on every save, until Ctrl-C. */
async function checkOnSave(place: ExercisePlace, session: CheckSession, lock: Lock): Promise<number> {
  const abort = new AbortController()
  const interrupt = () => abort.abort()
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  const prepared = await session.prepare(place)
  const onAgain = (again: () => void) => {
    if (process.stdin.isTTY) process.stdin.on('data', again).unref()
  }
  const verdict = await watchExercise(prepared, session, { signal: abort.signal, lock, onAgain })
  return verdict === undefined ? 3 : exitCodeOf(verdict)
}

/** What `work` gives, or nothing when the learner ended it. */
async function unlessInterrupted<Given>(
  places: readonly ExercisePlace[],
  session: CheckSession,
  work: (signal: AbortSignal) => Promise<Given>,
): Promise<Given | undefined> {
  const abort = new AbortController()
  const interrupt = () => abort.abort(new Error('interrupted'))
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  try {
    return await work(abort.signal)
  } catch (error) {
    if (!abort.signal.aborted) throw error
    interrupted(places, session)
    return undefined
  } finally {
    process.removeListener('SIGINT', interrupt)
    process.removeListener('SIGTERM', interrupt)
  }
}

function summary(results: readonly ExerciseResult[]): string {
  const count = (verdict: string) => results.filter((result) => result.verdict === verdict).length
  const parts = [`${count('passed')} passed`, `${count('not-passed')} not passed`]
  const open = count('cluster') + count('unsettled')
  if (open > 0) parts.push(`${open} without a verdict`)
  return parts.join(', ')
}

/** Ctrl-C: nothing is taken back, and the learner knows what is there. */
function interrupted(places: readonly ExercisePlace[], { memory, using }: CheckSession): void {
  const left = places.flatMap((place) => memory.of(place.id).map((object) => ({ place, object })))
  console.log('\n  Interrupted; there is no verdict.')
  const [first] = left
  if (!first) return
  console.log(`  What was applied stays: ${left.map(({ object }) => shortName(object)).join(', ')}`)
  const kubectl = using.practice ? 'npm run kubectl --' : 'kubectl'
  console.log(`  To remove it:  ${kubectl} delete namespace ${first.place.namespace}`)
}
