/**
 * Every solution passes and every starter fails on real Kubernetes, with real containers: the cluster of KUBECONFIG's current
 * context. `npx tsx test/real/lessons.real.ts [LESSON …]`, with parts of the lessons' names, ends with `N passed, N failed`.
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
import { casesOf, type GradingCase } from '../grading/cases.ts'
import { grade, wordsOf } from '../grading/grade.ts'
import { tourOf } from './tour.ts'

/** How often each solution is handed in: once may be luck. */
const ROUNDS = Number(process.env.REAL_ROUNDS ?? 1)

const words = process.argv.slice(2)
const context = execFileSync('kubectl', ['config', 'current-context'], { encoding: 'utf8' }).trim()
const address = { context }
const cluster = await realCluster(address, realAbilities(address))

for (const version of ['1.0', '1.1']) await loadStarterApp(version)
const [busyboxLoader, ...busyboxWords] = (process.env.REAL_BUSYBOX_LOADER ?? '').split(' ')
if (busyboxLoader) execFileSync(busyboxLoader, [...busyboxWords, 'busybox:1.36'], { stdio: 'ignore' })

let passed = 0
let failed = 0
for (const { slug } of lessons.filter(
  (lesson) => words.length === 0 || words.some((word) => lesson.slug.includes(word)),
)) {
  for (const given of await casesOf(slug, ['solution', 'starter'])) {
    for (let round = 0; round < (given.passes ? ROUNDS : 1); round++) await handIn(onThisCluster(given))
  }
}
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)

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

/** What lesson 1 asks for is another thing on each cluster: the facts are read as a learner reads them, with kubectl. */
function onThisCluster(given: GradingCase): GradingCase {
  if (given.set !== 'solution' || !given.files['tour.yaml']) return given
  return { ...given, files: { ...given.files, 'tour.yaml': Buffer.from(tourOf(String(given.files['tour.yaml']))) } }
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
