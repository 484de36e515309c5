/**
 * `npm run test:grading [LESSON…] [SET…]`: every case of the five sets, on several practice clusters side by side, with a table of
 * lesson and set. Exit code 1 when a case is not as it must be. GRADING_CLUSTERS=1 takes one cluster only; GRADING_SHOW=1 prints what the
 * learner reads of each case; GRADING_TIMES=20 hands each in twenty times.
 */
import { availableParallelism } from 'node:os'
import { lessons } from '../lessons/index.ts'
import { casesOf, type GradingCase, SETS, type SetName } from './grading/cases.ts'
import { startPracticeCluster, type TestCluster } from './grading/clusters.ts'
import { type Graded, grade, wordsOf } from './grading/grade.ts'
import { sample } from './grading/mutants.ts'
import { shareOut } from './grading/share-out.ts'

const words = process.argv.slice(2)
const sets = SETS.filter((set) => words.includes(set))
const numbers = words.filter((word) => /^\d+$/.test(word)).map(Number)
const parts = words.filter((word) => !/^\d+$/.test(word) && !SETS.includes(word as SetName))

const cases: GradingCase[] = []
for (const { number, slug } of lessons) {
  if (numbers.length > 0 && !numbers.includes(number)) continue
  cases.push(...(await casesOf(slug, sets.length > 0 ? sets : SETS)))
}
const inOrder = cases.filter(({ name }) => parts.every((part) => name.includes(part)))
// mixed: right answers of one lesson all do the same at the same time, and are in each other's way
const times = Number(process.env.GRADING_TIMES ?? 1)
const wanted = Array.from({ length: times }, (_, time) => sample(inOrder, inOrder.length, time + 1)).flat()
const clusters: TestCluster[] = []
const side = Number(process.env.GRADING_CLUSTERS ?? 0) || Math.max(1, Math.min(4, availableParallelism()))
for (let count = 0; count < side; count++) {
  clusters.push(await startPracticeCluster())
}
const results: Graded[] = []
try {
  const judge = async (given: GradingCase, { cluster }: TestCluster) => {
    const graded = await grade(given, cluster)
    results.push(graded)
    const seconds = (graded.milliseconds / 1000).toFixed(1)
    const read = process.env.GRADING_SHOW ? `\n${wordsOf(graded.result).replace(/^/gm, '    | ')}` : ''
    console.log(
      `${graded.problem ? '✗' : '✓'} ${given.name}  ${seconds} s${graded.problem ? `\n    ${graded.problem.replaceAll('\n', '\n    ')}` : read}`,
    )
  }
  await shareOut(wanted, clusters, (given, cluster) =>
    judge(given, cluster).catch((error: unknown) => console.log(`✗ ${given.name}\n    ${String(error)}`)),
  )
} finally {
  await Promise.all(clusters.map((each) => each.stop()))
}

console.log(`\n${'as it must be / cases'.padEnd(34)}${SETS.map((set) => set.padStart(12)).join('')}`)
for (const { slug } of lessons) {
  const own = results.filter(({ case: given }) => given.place.lesson.slug === slug)
  if (own.length === 0) continue
  const cells = SETS.map((set) => {
    const some = own.filter(({ case: given }) => given.set === set)
    return `${some.filter(({ problem }) => !problem).length} / ${some.length}`.padStart(12)
  })
  console.log(slug.padEnd(34) + cells.join(''))
}
const passed = results.filter(({ problem }) => !problem).length
const failed = wanted.length - passed
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
