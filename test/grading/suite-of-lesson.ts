import { suite } from '../harness/suite.ts'
import { casesOf, type GradingCase } from './cases.ts'
import { startPracticeCluster, type TestCluster } from './clusters.ts'
import { type Graded, grade } from './grade.ts'
import { sample } from './mutants.ts'

/** Mutants that `npm test` tries of each lesson; `npm run test:grading` tries all. */
const MUTANTS = 4
/** Another sample: GRADING_SEED=7 npm test -- grading */
const seed = Number(process.env.GRADING_SEED ?? 1)

interface Settings {
  /** How many answers are handed in at the same time, each in a namespace of its own; 1 where checks stop parts of the cluster. */
  readonly atOnce?: number
}

/** Declares and runs the suite of a lesson's grading sets, each case once. */
export async function suiteOfLesson(slug: string, { atOnce = 1 }: Settings = {}): Promise<void> {
  const test = suite(`grading of ${slug} (mutants by seed ${seed})`, { deadline: 300_000 })
  let started: TestCluster | undefined
  const all = await casesOf(slug)
  const mutants = all.filter(({ set }) => set === 'mutants')
  const chosen = [...all.filter(({ set }) => set !== 'mutants'), ...sample(mutants, MUTANTS, seed)]
  const graded = new Map<GradingCase, Promise<Graded>>()

  test.before(async () => {
    started = await startPracticeCluster()
    const { cluster } = started
    const queue = chosen.map((given) => {
      const { promise, resolve } = withResolvers<Graded>()
      graded.set(given, promise)
      promise.catch(() => {})
      return { given, resolve }
    })
    const work = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const result = grade(next.given, cluster)
        next.resolve(result)
        await result.catch(() => {})
      }
    }
    for (let worker = 0; worker < atOnce; worker++) void work()
  })
  test.after(async () => {
    await started?.stop()
  })
  for (const given of chosen) {
    const verb = given.passes ? 'passes' : 'does not pass'
    test(`${given.name} ${verb}`, async () => {
      const { problem } = (await graded.get(given)) ?? { problem: 'was not graded' }
      if (problem) throw new Error(problem)
    })
  }
  test.run()
}

/** Promise.withResolvers of newer Nodes. */
function withResolvers<T>() {
  let resolve: (value: T | Promise<T>) => void = () => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
