import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createTwoFilesPatch } from 'diff'
import { minimist } from 'zx'
import { compareObjects } from '../diff/by-meaning.ts'
import type { Located } from '../files/located.ts'
import { objectsOf } from '../files/parse.ts'
import { readSource } from '../files/read-file.ts'
import { chooseExercise, UsageError, wordsFor } from '../learner/choose.ts'
import { type ExercisePlace, shownPath, workspaceFolder } from '../learner/exercise-place.ts'
import { loadExercise } from '../learner/load-exercise.ts'
import { ProgressFile } from '../learner/progress.ts'
import type { Exercise } from '../lesson/lesson.ts'
import { wrap } from '../report/layout.ts'
import { colours, MISSED, NOTE, PASSED } from '../report/marks.ts'

/** `npm run diff`: the learner's files beside one solution, by meaning first, then as text. */
export async function run(args: readonly string[]): Promise<number> {
  const flags = minimist([...args], { boolean: ['yes'], string: ['_', 'context'] }) as { _: string[]; yes: boolean }
  const progress = new ProgressFile(workspaceFolder())
  let place: ExercisePlace
  try {
    place = await chooseExercise(flags._, progress.read())
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`  ${error.message}`)
    return 2
  }
  progress.visit(place.id)
  const exercise = await loadExercise(place)
  const passed = progress.read().exercises[place.id]?.passed !== undefined
  if (!passed && !flags.yes && !(await wanted(place))) return 2

  const manifests = manifestsOf(exercise)
  const mine = objectsIn(place.folder, [...manifests, ...othersIn(place.folder, exercise)])
  const theirs = objectsIn(place.solution, manifests)
  if (theirs.length > 0) {
    console.log('\n  By meaning')
    for (const { what, state, differences } of compareObjects(mine, theirs)) {
      const words = {
        same: 'means the same',
        differs: 'differs',
        'only-mine': 'only in yours',
        'only-theirs': 'missing in yours',
      }[state]
      const mark = state === 'same' ? colours.good(PASSED) : state === 'only-theirs' ? colours.bad(MISSED) : NOTE
      console.log(`  ${mark} ${what} ${words}`)
      for (const { field, mine: own, theirs: other } of differences) {
        console.log(wrap(`${field}: yours ${shown(own)}, here ${shown(other)}`, 8, 80, 6))
      }
      if (state === 'differs' && passed) console.log('      Your answer passed: the lesson does not ask for these.')
    }
  }
  console.log('\n  As text')
  for (const name of Object.keys(exercise.files)) showText(place, name)
  return 0
}

async function wanted(place: ExercisePlace): Promise<boolean> {
  const words = wordsFor(place)
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    console.error(`  Not passed yet, and this shows a solution. If you want it:  npm run diff${words} -- --yes`)
    return false
  }
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({
    message: 'You have not passed this one yet. Show a solution all the same?',
    initialValue: false,
  })
  if (answer === true && !isCancel(answer)) return true
  console.log(`  A hint instead:  npm run hint${words}`)
  return false
}

function showText({ folder, solution }: ExercisePlace, name: string): void {
  const read = readSource(folder, name)
  const mine = 'source' in read ? read.source.text : ''
  const theirs = readFileSync(path.join(solution, name), 'utf8')
  if (mine === theirs) {
    console.log(`  ${colours.good(PASSED)} ${name} is the same`)
    return
  }
  const patch = createTwoFilesPatch(
    `yours: ${shownPath(path.join(folder, name))}`,
    `one solution: ${name}`,
    mine,
    theirs,
  )
  for (const line of patch.trimEnd().split('\n').slice(1)) {
    const colour = line.startsWith('+') ? colours.good : line.startsWith('-') ? colours.bad : (text: string) => text
    console.log(`  ${colour(line)}`)
  }
}

function manifestsOf({ files }: Exercise): string[] {
  return Object.entries(files).flatMap(([name, { role }]) => (role === 'given' || role === 'incomplete' ? [name] : []))
}

/** Manifests of the learner's own beside those of the exercise. */
function othersIn(folder: string, { files }: Exercise): string[] {
  try {
    return readdirSync(folder).filter((name) => /^[^.].*\.(ya?ml|json)$/.test(name) && !Object.hasOwn(files, name))
  } catch {
    return []
  }
}

function objectsIn(folder: string, names: readonly string[]): Located[] {
  return names.flatMap((name) => {
    const read = readSource(folder, name)
    return 'source' in read ? objectsOf(read.source).objects : []
  })
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
