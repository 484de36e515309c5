import { suite } from '../harness/suite.ts'
import { casesOf } from './cases.ts'
import { startPracticeCluster, type TestCluster } from './clusters.ts'
import { grade } from './grade.ts'
import { sample } from './mutants.ts'

/** Mutants that `npm test` tries of each lesson; `npm run test:grading` tries all. */
const MUTANTS = 4
/** Another sample: GRADING_SEED=7 npm test -- grading */
const seed = Number(process.env.GRADING_SEED ?? 1)

/** Declares and runs the suite of a lesson's grading sets, each case once. */
export async function suiteOfLesson(slug: string): Promise<void> {
  const test = suite(`grading of ${slug} (mutants by seed ${seed})`, { deadline: 180_000 })
  let started: TestCluster | undefined
  test.before(async () => {
    started = await startPracticeCluster()
  })
  test.after(async () => {
    await started?.stop()
  })
  const all = await casesOf(slug)
  const mutants = all.filter(({ set }) => set === 'mutants')
  const chosen = [...all.filter(({ set }) => set !== 'mutants'), ...sample(mutants, MUTANTS, seed)]
  for (const given of chosen) {
    const verb = given.passes ? 'passes' : 'does not pass'
    test(`${given.name} ${verb}`, async () => {
      if (!started) throw new Error('no cluster')
      const { problem } = await grade(given, started.cluster)
      if (problem) throw new Error(problem)
    })
  }
  test.run()
}
