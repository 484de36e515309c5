/**
 * On real Kubernetes, with real containers (the cluster of KUBECONFIG's current context), every solution passes, every starter
 * fails, and the mistakes of ./mistakes.ts are told the same words as on the practice cluster.
 * `npx tsx test/real/lessons.real.ts [LESSON …] [SET …]`, with parts of the lessons' names, ends with `N passed, N failed`.
 * REAL_ROUNDS=3 hands in each solution three times; REAL_MISTAKES=all hands in all mistakes, of which some need several nodes.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { realCluster } from '../../checker/cluster/connect.ts'
import { realAbilities } from '../../checker/cluster/real-abilities.ts'
import { buildRealImage } from '../../checker/image/real-image.ts'
import { workbook } from '../../checker/practice/workbook.ts'
import { lessons } from '../../lessons/index.ts'
import { casesOf, type GradingCase, SETS, type SetName } from '../grading/cases.ts'
import { grade, wordsOf } from '../grading/grade.ts'
import { casesOnReal } from './mistakes.ts'
import { tourOf } from './tour.ts'

/** How often each solution is handed in: once may be luck. */
const ROUNDS = Number(process.env.REAL_ROUNDS ?? 1)
/** How many wrong answers are handed in at the same time, each in a namespace of its own: most of their time is waiting. */
const AT_ONCE = 3

const words = process.argv.slice(2).filter((word) => !SETS.includes(word as SetName))
const sets = SETS.filter((set) => process.argv.includes(set))
const context = execFileSync('kubectl', ['config', 'current-context'], { encoding: 'utf8' }).trim()
const address = { context }
const cluster = await realCluster(address, realAbilities(address))

for (const version of ['1.0', '1.1']) await loadStarterApp(version)
const [busyboxLoader, ...busyboxWords] = (process.env.REAL_BUSYBOX_LOADER ?? '').split(' ')
if (busyboxLoader) execFileSync(busyboxLoader, [...busyboxWords, 'busybox:1.36'], { stdio: 'ignore' })

let passed = 0
let failed = 0
const begun = performance.now()
const others: GradingCase[] = []
for (const { slug } of lessons.filter(
  (lesson) => words.length === 0 || words.some((word) => lesson.slug.includes(word)),
)) {
  const cases = casesOnReal(slug, await casesOf(slug), process.env.REAL_MISTAKES === 'all')
    .filter(({ set }) => sets.length === 0 || sets.includes(set))
    .map(onThisCluster)
  const alone = cases.filter(goesAlone)
  for (const given of alone) for (let round = 0; round < (given.passes ? ROUNDS : 1); round++) await handIn(given)
  others.push(...cases.filter((given) => !alone.includes(given)))
}
await Promise.all(Array.from({ length: AT_ONCE }, handInTheRest))
console.log(`in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)

/** The last lessons first: their answers take longest. */
async function handInTheRest(): Promise<void> {
  for (let next = others.pop(); next; next = others.pop()) await handIn(next)
}

async function handIn(given: GradingCase): Promise<void> {
  const { problem, milliseconds, result } = await grade(given, cluster)
  if (problem) failed += 1
  else passed += 1
  console.log(
    `${problem ? '✗' : '✓'} ${given.name} on ${context} (${(milliseconds / 1000).toFixed(1)} s)${problem ? `\n${problem}` : ''}`,
  )
  for (const line of wordsOf(result).split('\n'))
    if (given.passes && line.startsWith('untried')) console.log(`    ${line}`)
}

/** What a solution measures is to be its own doing, and an image that answers build has one name for them all. */
function goesAlone({ passes, files }: GradingCase): boolean {
  return passes || files.Dockerfile !== undefined
}

/** What lesson 1 asks for is another thing on each cluster: facts that are right on the practice cluster become right on this one. */
function onThisCluster(given: GradingCase): GradingCase {
  const tour = given.files['tour.yaml']
  return tour
    ? { ...given, files: { ...given.files, 'tour.yaml': Buffer.from(tourOf(String(tour), solved(given))) } }
    : given
}

function solved({ place }: GradingCase): string {
  return readFileSync(path.join(place.solution, 'tour.yaml'), 'utf8')
}

/** The Dockerfile of the starter app with another version as its argument's default: loaders get a folder, not arguments. */
async function loadStarterApp(version: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'starter-app-'))
  try {
    cpSync(path.join(workbook, 'starter-app'), path.join(folder, 'starter-app'), { recursive: true })
    const dockerfile = readFileSync(path.join(workbook, 'Dockerfile'), 'utf8')
    writeFileSync(path.join(folder, 'Dockerfile'), dockerfile.replace(/^ARG VERSION=.*$/m, `ARG VERSION=${version}`))
    await buildRealImage(context, folder, `starter-app:${version}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
