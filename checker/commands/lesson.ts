import { readFileSync } from 'node:fs'
import path from 'node:path'
import { minimist } from 'zx'
import { remove } from '../apply/apply.ts'
import { ClusterFault } from '../cluster/cluster-fault.ts'
import { type ClusterInUse, clusterInUse } from '../cluster/in-use.ts'
import { RememberedObjects } from '../learner/applied-memory.ts'
import { chooseExercise, commandAfter, UsageError, wordsFor } from '../learner/choose.ts'
import { type ExercisePlace, placeOf, shownPath, workspaceFolder } from '../learner/exercise-place.ts'
import { loadExercise } from '../learner/load-exercise.ts'
import { type Progress, ProgressFile } from '../learner/progress.ts'
import { handOut } from '../learner/starters.ts'
import type { FileKind } from '../lesson/file-kind.ts'
import type { Exercise } from '../lesson/lesson.ts'
import { leftAndRight, wrap } from '../report/layout.ts'
import { lessonList } from '../report/lesson-list.ts'
import { colours } from '../report/marks.ts'

const USAGE = `
  npm run lesson                    goes on where you are
  npm run lesson 3                  opens lesson 3
  npm run lesson 3 the-missing-image  opens a drill of lesson 3
  npm run lesson list               all lessons, with your marks
  npm run lesson -- --no-text       without the text, for those who read it in an editor
`

/** `npm run lesson`: hands out the files, starts the practice cluster, shows the text. */
export async function run(args: readonly string[]): Promise<number> {
  const unknown: string[] = []
  const flags = minimist([...args], {
    boolean: ['list', 'text'],
    string: ['_', 'context'],
    default: { text: true },
    unknown: (word: string) => !word.startsWith('-') || unknown.push(word) === 0,
  }) as { _: string[]; list: boolean; text: boolean; context?: string }
  if (unknown.length > 0) {
    console.error(`  unknown: ${unknown.join(' ')}\n${USAGE}`)
    return 2
  }
  const progress = new ProgressFile(workspaceFolder())
  if (flags.list) {
    console.log(await lessonList(progress.read()))
    return 0
  }
  let place: ExercisePlace
  try {
    place = await chooseExercise(flags._, progress.read())
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`  ${error.message}\n${USAGE}`)
    return 2
  }
  const exercise = await loadExercise(place)
  const { renewed } = handOut(place, exercise, progress)
  progress.update((state) => {
    state.last = place.lesson.number
    if (place.drill === undefined) delete state.drill
    else state.drill = place.drill
  })
  progress.visit(place.id)
  const using = clusterInUse(progress.read(), flags.context, (line) => console.log(`  ${line}`))
  const code = await prepareCluster(using, place, progress)
  console.log(`\n${await heading(place, exercise)}\n`)
  if (flags.text) await showText(place)
  console.log(nextSteps(place, exercise, renewed))
  if (progress.read().exercises[place.id]?.passed) console.log(await afterwards(place, progress.read()))
  return code
}

/** Starts the cluster, and takes away what the workbook applied for other lessons and drills. The text is shown even when that fails. */
async function prepareCluster(using: ClusterInUse, place: ExercisePlace, progress: ProgressFile): Promise<number> {
  const memory = new RememberedObjects(progress, using.id)
  const others = memory.exercises().filter((id) => id !== place.id)
  // a real cluster is not started, and nothing is removed from it
  if (!using.practice) return 0
  try {
    const { objects } = await using.connect()
    for (const id of others) {
      for (const object of memory.of(id)) await remove(objects, object)
      memory.remember(id, [])
      console.log(`  What the workbook had applied for ${id} is removed; its check brings it back.`)
    }
    return 0
  } catch (error) {
    if (!(error instanceof ClusterFault)) throw error
    console.error(`  ${error.message}`)
    for (const line of error.more) console.error(`    ${line}`)
    return 3
  }
}

async function heading({ lesson, drill }: ExercisePlace, { title }: Exercise): Promise<string> {
  const { minutes, part = 'I' } = await lesson.load()
  const name = drill === undefined ? `${lesson.number}  ${title}` : `${lesson.number}  drill ${drill}: ${title}`
  const right = drill === undefined ? `part ${part}, about ${minutes} minutes` : 'a drill'
  return leftAndRight(`  ${colours.strong(name)}`, colours.quiet(right))
}

async function showText({ starter }: ExercisePlace): Promise<void> {
  const markdown = readFileSync(path.join(starter, 'README.md'), 'utf8')
  // rendering takes a tenth of a second to load: only who reads here waits for it
  const [{ renderLesson }, { showThroughPager }] = await Promise.all([
    import('../report/lesson-text.ts'),
    import('../report/pager.ts'),
  ])
  await showThroughPager(`${renderLesson(markdown)}\n`)
}

const ROLES: Readonly<Record<FileKind['role'], string>> = {
  given: 'given; leave it as it is',
  incomplete: 'to complete',
  prediction: 'your guess, before you try',
  answers: 'facts to find',
  server: 'to complete',
  tool: 'for you to try',
}

function nextSteps(place: ExercisePlace, { files, waits }: Exercise, renewed: readonly string[]): string {
  const words = wordsFor(place)
  const lines = [row('Your files', `${shownPath(place.folder)}${path.sep}`)]
  for (const [name, kind] of Object.entries(files)) {
    const count = kind.role === 'answers' ? `${kind.keys.length} ` : ''
    lines.push(row('', `  ${name.padEnd(20)} ${count}${ROLES[kind.role]}`))
  }
  if (renewed.length > 0) {
    const text = `The workbook has newer starters of ${renewed.join(', ')}. Yours stay; for the new ones: npm run reset${words}`
    lines.push(wrap(text, 4, 80, 2))
  }
  lines.push(row('Talk to it', 'npm run shell          a shell in which kubectl talks to the cluster'))
  const check = 'npm run check'
  lines.push(row('When ready', waits === undefined ? check : `${check}          takes about ${waits + 1} s`))
  return lines.join('\n')
}

/** For an exercise that is passed: the next command, and the drills of its lesson that are not. */
async function afterwards(place: ExercisePlace, progress: Progress): Promise<string> {
  const { lesson } = place
  const { drills } = await lesson.load()
  const left = drills.filter(({ name }) => !progress.exercises[placeOf(lesson, name).id]?.passed)
  const after = commandAfter(place)
  const lines = [
    ...left.map(({ name }) => `drill: npm run lesson ${lesson.number} ${name}`),
    after === undefined ? 'all lessons: npm run lesson list' : `next: ${after}`,
  ]
  return lines.map((text, index) => row(index === 0 ? 'Passed' : '', text)).join('\n')
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(16)}${text}`
}
