/** While the cluster fails, at whatever moment, no right answer is called wrong, and no wrong one right. */
import * as assert from 'uvu/assert'
import { clusterOf } from '../../checker/cluster/connect.ts'
import { resourceOf } from '../../checker/cluster/objects.ts'
import { objectsOf } from '../../checker/files/parse.ts'
import { SourceFile } from '../../checker/files/source-file.ts'
import type { KindName } from '../../cluster/apimachinery/objects.ts'
import { lessons } from '../../lessons/index.ts'
import { type Fault, failingDoor } from '../fixtures/failing-door.ts'
import { suite } from '../harness/suite.ts'
import { until } from '../harness/until.ts'
import { casesOf, type GradingCase } from './cases.ts'
import { startPracticeCluster, type TestCluster } from './clusters.ts'
import { grade, wordsOf } from './grade.ts'
import { sample } from './mutants.ts'

const test = suite('a cluster that fails is no verdict on an answer', { deadline: 240_000 })
/** Another sample: GRADING_SEED=7 */
const seed = Number(process.env.GRADING_SEED ?? 1)
const FAULTS: readonly Fault[] = ['refuses', 'answers 500', 'is silent']
/** After so many requests. The first few establish health and apply; how many follow depends on the lesson. */
const MOMENTS = [0, 1, 3, 6, 10, 15, 22, 30, 45, 60, 90]
/** What may be in the way of an answer. */
const KINDS = ['Service', 'ConfigMap', 'Deployment', 'Pod']
/** So many answers at a time. */
const AT_ONCE = 6

let practice: TestCluster
test.before(async () => {
  practice = await startPracticeCluster()
})
test.after(() => practice.stop())

/** Hands an answer in while the cluster fails after so many requests; the cluster behind the door stays sound. */
async function verdictOn(given: GradingCase, fault: Fault, requests: number): Promise<string> {
  const door = await failingDoor(practice.kubeconfig, fault, requests)
  const what = `${given.name}, when the API server ${fault} after ${requests} requests`
  try {
    const { title, abilities, remedies, tidy } = practice.cluster
    const cluster = await clusterOf(door.kubeconfig, { title, abilities, remedies, tidy, silenceMs: 1_000 })
    const { result } = await grade(given, cluster, { objects: practice.cluster.objects })
    const words = `${what}: ${result.verdict}\n${wordsOf(result)}`
    if (!given.passes) {
      assert.is.not(result.verdict, 'passed', words)
      return result.verdict
    }
    assert.is.not(result.verdict, 'not-passed', words)
    if (door.failed) assert.is.not(result.verdict, 'passed', words)
    return result.verdict
  } finally {
    await door.close()
  }
}

async function several<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items]
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

for (const [index, { slug }] of lessons.entries()) {
  test(`${slug}: neither right nor wrong`, async () => {
    const cases = await casesOf(slug, ['solution', 'starter'])
    const rounds = cases.flatMap((given, nth) => {
      const moments = sample(MOMENTS, given.passes ? 2 : 1, seed + index * 31 + nth)
      return moments.map((requests, round) => ({ given, requests, fault: FAULTS[(index + nth + round) % 3] as Fault }))
    })
    await several(rounds, async ({ given, requests, fault }) => {
      await verdictOn(given, fault, requests)
    })
  })
}

test('a cluster that fails from the start is at fault for every answer whose files are sound', async () => {
  const all = (await Promise.all(lessons.map(({ slug }) => casesOf(slug, ['solution'])))).flat()
  await several(all, async (given) => {
    for (const fault of FAULTS) assert.is(await verdictOn(given, fault, 0), 'cluster', given.name)
  })
})

test('an object of somebody else in the way is named, and nothing is judged', async () => {
  const { objects } = practice.cluster
  const all = (await Promise.all(lessons.map(({ slug }) => casesOf(slug, ['solution'])))).flat()
  let tried = 0
  await several(all, async (given) => {
    const one = Object.values(given.files)
      .flatMap((text) => objectsOf(new SourceFile('', text.toString())).objects)
      .find(({ kind }) => KINDS.includes(kind))
    if (!one) return
    tried++
    const before = async (name: string) => {
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
      await objects.create(resourceOf('v1 Namespace'), undefined, namespace)
      // before that no pod can be made in it
      await until('its ServiceAccount is there', () => objects.get('v1 ServiceAccount', name, 'default'))
      const { apiVersion, kind, value } = one
      await objects.create(resourceOf(`${apiVersion} ${kind}` as KindName), name, value)
    }
    const { result } = await grade(given, practice.cluster, { before })
    assert.is(`${result.verdict} ${result.fault?.code}`, 'cluster foreign-object', `${given.name}\n${wordsOf(result)}`)
    assert.match(result.fault?.message ?? '', one.name)
    assert.equal(result.checks, [])
  })
  assert.ok(tried > 5)
})

test.run()
