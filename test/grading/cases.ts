import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { type ExercisePlace, placeOf } from '../../checker/learner/exercise-place.ts'
import type { Exercise } from '../../checker/lesson/lesson.ts'
import { workbook } from '../../checker/practice/workbook.ts'
import { lessons } from '../../lessons/index.ts'
import { type Expectations, expectationsIn } from './expectations.ts'
import { lineMutants, type Mutant, yamlMutants } from './mutants.ts'

export const SETS = ['solution', 'starter', 'mistakes', 'variants', 'mutants'] as const
export type SetName = (typeof SETS)[number]

/** One answer that a learner might hand in, and what must come of it. */
export interface GradingCase {
  readonly set: SetName
  /** `03-your-first-deployment mistakes/wrong-port` */
  readonly name: string
  readonly place: ExercisePlace
  readonly exercise: Exercise
  /** The answer: texts by file name. */
  readonly files: Readonly<Record<string, Buffer>>
  readonly passes: boolean
  /** Texts that must be among what the learner reads. */
  readonly says: readonly string[]
}

/** All cases of a lesson and its drills. */
export async function casesOf(slug: string, sets: readonly SetName[] = SETS): Promise<GradingCase[]> {
  const lesson = lessons.find((entry) => entry.slug === slug)
  if (!lesson) throw new RangeError(`no lesson ${slug}`)
  const definition = await lesson.load()
  const exercises: [ExercisePlace, Exercise, string][] = [
    [placeOf(lesson), definition, path.join(workbook, 'test', 'lessons', slug)],
  ]
  for (const drill of definition.drills) {
    exercises.push([
      placeOf(lesson, drill.name),
      drill,
      path.join(workbook, 'test', 'lessons', slug, 'drills', drill.name),
    ])
  }
  return exercises
    .flatMap(([place, exercise, folder]) => exerciseCases(place, exercise, folder))
    .filter(({ set }) => sets.includes(set))
}

function exerciseCases(place: ExercisePlace, exercise: Exercise, folder: string): GradingCase[] {
  const expected = expectationsIn(folder)
  const names = Object.keys(exercise.files)
  const solution = filesOf(place.solution, names)
  const starter = filesOf(place.starter, names)
  const make = (
    set: SetName,
    name: string,
    files: GradingCase['files'],
    passes: boolean,
    says: readonly string[] = [],
  ): GradingCase => ({
    set,
    name: `${place.id} ${name}`,
    place,
    exercise,
    files,
    passes,
    says,
  })
  return [
    make('solution', 'solution', solution, true),
    make('starter', 'starter', starter, false, expected.starter),
    ...foldersIn(path.join(folder, 'mistakes')).map((mistake) => {
      const says = [expected.mistakes[mistake] ?? []].flat()
      return make(
        'mistakes',
        `mistakes/${mistake}`,
        overlaid(solution, path.join(folder, 'mistakes', mistake)),
        false,
        says,
      )
    }),
    ...foldersIn(path.join(folder, 'variants')).map((variant) =>
      make('variants', `variants/${variant}`, overlaid(solution, path.join(folder, 'variants', variant)), true),
    ),
    ...mutantsOf(exercise, solution, expected).map((mutant) =>
      make('mutants', `mutants/${mutant.name}`, { ...solution, [mutant.file]: Buffer.from(mutant.text) }, false),
    ),
  ]
}

/** Mutants of what the learner writes; those that the lesson's list calls harmless are left out. */
function mutantsOf({ files }: Exercise, solution: GradingCase['files'], { harmless }: Expectations): Mutant[] {
  const all = Object.entries(files).flatMap(([file, { role }]) => {
    const text = solution[file]?.toString('utf8') ?? ''
    if (role === 'incomplete' || role === 'answers') return yamlMutants(file, text)
    return role === 'server' ? lineMutants(file, text) : []
  })
  return all.filter(({ name }) => !harmless.some(({ mutant }) => name.includes(mutant)))
}

function overlaid(solution: GradingCase['files'], folder: string): GradingCase['files'] {
  const files = { ...solution, ...filesOf(folder, readdirSync(folder)) }
  // a file that the case is without: `remove: [service.yaml]` would be one more format; an empty `.without-NAME` says it too
  for (const name of Object.keys(files)) {
    const without = /^\.without-(.+)$/.exec(name)?.[1]
    if (without === undefined) continue
    delete files[name]
    delete files[without]
  }
  return files
}

function filesOf(folder: string, names: readonly string[]): Record<string, Buffer> {
  return Object.fromEntries(
    names
      .filter((name) => existsSync(path.join(folder, name)) && statSync(path.join(folder, name)).isFile())
      .map((name) => [name, readFileSync(path.join(folder, name))]),
  )
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}
