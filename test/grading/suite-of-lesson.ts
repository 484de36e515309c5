import { suite } from '../harness/suite.ts'
import { casesOf, type GradingCase } from './cases.ts'
import { startPracticeCluster, type TestCluster } from './clusters.ts'
import { type Graded, grade } from './grade.ts'
import { sample } from './mutants.ts'
import { isAlone, shareOut } from './share-out.ts'

/** So many mistakes and variants of each exercise, and mutants of each lesson, does `npm test` try; `npm run test:grading` tries all. */
const OF_EACH_EXERCISE = 4
const MUTANTS = 4
/** More answers than this that need a cluster for themselves are given several. */
const MANY = 12
/** Another sample: GRADING_SEED=7 npm test -- grading */
const seed = Number(process.env.GRADING_SEED ?? 1)

/** Declares and runs the suite of a lesson's grading sets, each case once. */
export async function suiteOfLesson(slug: string): Promise<void> {
  const test = suite(`grading of ${slug} (sampled by seed ${seed})`, { deadline: 300_000 })
  const started: TestCluster[] = []
  // mixed: right answers all do the same at the same time, and are in each other's way
  const inOrder = chosenOf(await casesOf(slug))
  const chosen = sample(inOrder, inOrder.length, seed)
  const graded = new Map(chosen.map((given) => [given, withResolvers<Graded>()]))

  test.before(async () => {
    const alone = chosen.filter(isAlone).length
    for (let count = alone > MANY ? 3 : 1; count > 0; count--) started.push(await startPracticeCluster())
    void shareOut(chosen, started, (given, { cluster }) => {
      const result = grade(given, cluster)
      graded.get(given)?.resolve(result)
      return result
    })
  })
  test.after(async () => {
    for (const each of started) await each.stop()
  })
  for (const given of chosen) {
    const verb = given.passes ? 'passes' : 'does not pass'
    test(`${given.name} ${verb}`, async () => {
      const { problem } = (await graded.get(given)?.promise) ?? { problem: 'was not graded' }
      if (problem) throw new Error(problem)
    })
  }
  test.run()
}

/** Solutions and starters, and of the others a sample. */
function chosenOf(all: readonly GradingCase[]): GradingCase[] {
  const always = all.filter(({ set }) => set === 'solution' || set === 'starter')
  const exercises = new Set(all.map(({ place }) => place.id))
  const some = [...exercises].flatMap((id) =>
    (['mistakes', 'variants'] as const).flatMap((wanted) => {
      const own = all.filter(({ place, set }) => place.id === id && set === wanted)
      return sample(own, OF_EACH_EXERCISE, seed)
    }),
  )
  const mutants = all.filter(({ set }) => set === 'mutants')
  return [...always, ...some, ...sample(mutants, MUTANTS, seed)]
}

/** Promise.withResolvers of newer Nodes. */
function withResolvers<T>() {
  let resolve: (value: T | Promise<T>) => void = () => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  promise.catch(() => {})
  return { promise, resolve }
}
