import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Writable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import * as assert from 'uvu/assert'
import { lessons } from '../../lessons/index.ts'
import { suite } from '../../test/harness/suite.ts'
import { until } from '../../test/harness/until.ts'
import { ClusterFault } from '../cluster/cluster-fault.ts'
import { RememberedObjects } from '../learner/applied-memory.ts'
import { placeOf } from '../learner/exercise-place.ts'
import { ProgressFile } from '../learner/progress.ts'
import { finding } from '../messages/catalogue.ts'
import { CheckSession } from './check-session.ts'
import { watchExercise } from './watch.ts'

const test = suite('a check on every save')
const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata: {name: starter-app}
spec:
  replicas: 3
  selector: {matchLabels: {app: starter-app}}
  template:
    metadata: {labels: {app: starter-app}}
    spec: {containers: [{name: server, image: 'starter-app:1.0', ports: [{containerPort: 3000}]}]}
`
const MISTAKE = MANIFEST.replace('replicas', 'replica')

let workspace = ''
test.before.each(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'watch-'))
})
test.after.each(() => rmSync(workspace, { recursive: true, force: true }))

/** Watches lesson 3; the cluster is what `connect` says. */
async function watching(connect: () => Promise<never>) {
  const lesson = lessons.find(({ number }) => number === 3)
  if (!lesson) throw new Error('there is no lesson 3')
  const place = placeOf(lesson, undefined, workspace)
  const file = path.join(place.folder, 'deployment.yaml')
  mkdirSync(place.folder, { recursive: true })
  writeFileSync(file, MISTAKE)
  let text = ''
  const out = new Writable({
    write(chunk, _, done) {
      text += stripVTControlCharacters(String(chunk))
      done()
    },
  }) as NodeJS.WriteStream
  const progress = new ProgressFile(workspace)
  const using = { title: 'practice cluster', id: 'practice', practice: true, connect }
  const session = new CheckSession(using, new RememberedObjects(progress, 'practice'), progress, out)
  const end = new AbortController()
  const locks = { taken: 0, held: 0 }
  const lock = async () => {
    locks.taken++
    locks.held++
    return async () => {
      locks.held--
    }
  }
  const verdict = watchExercise(await session.prepare(place), session, { signal: end.signal, lock })
  const screens = () => text.split('Your first Deployment').length - 1
  await until('it watches', () => text.includes('Watching'))
  return { file, end, verdict, locks, screens, text: () => text }
}

const unreachable = async () => {
  throw new ClusterFault(finding('cluster-not-started', { reason: 'a test' }))
}

test('each save is judged anew, also one by rename; one without a change is not', async () => {
  const { file, end, verdict, screens, text, locks } = await watching(unreachable)
  assert.match(text(), 'did you mean "replicas"')
  writeFileSync(file, MISTAKE.replace('kind: Deployment', 'kind: Deploiment'))
  await until('the second screen', () => text().includes('Deploiment') && screens() === 2)
  writeFileSync(file, MISTAKE.replace('kind: Deployment', 'kind: Deploiment'))
  writeFileSync(`${file}.new`, MISTAKE.replace('name: server', 'nome: server'))
  renameSync(`${file}.new`, file)
  await until('the third screen', () => text().includes('nome') && screens() === 3)
  assert.is(locks.taken, 0, 'files with mistakes need no cluster')
  writeFileSync(file, MANIFEST)
  await until('the cluster is asked', () => locks.taken === 1 && text().includes('This is about the cluster'))
  assert.is(locks.held, 0)
  end.abort()
  assert.is(await verdict, 'cluster')
})

test('a save during a check ends that check, and what it still tells is not shown', async () => {
  const asked: ((error: Error) => void)[] = []
  const slow = () => new Promise<never>((_, reject) => asked.push(reject))
  const { file, end, verdict, screens, text, locks } = await watching(slow)
  writeFileSync(file, MANIFEST)
  await until('the cluster is asked', () => asked.length === 1)
  const before = text().length
  writeFileSync(file, MISTAKE)
  await until('the mistake is shown while the old check still hangs', () =>
    text().slice(before).includes('did you mean'),
  )
  asked[0]?.(new ClusterFault(finding('cluster-not-started', { reason: 'late' })))
  await until('the lock is free', () => locks.held === 0)
  assert.not.match(text(), 'late')
  assert.is(screens(), 3)
  end.abort()
  assert.is(await verdict, 'not-passed')
})

test('findings are on the screen within 50 ms of a save', async () => {
  const { file, end, verdict, screens } = await watching(unreachable)
  const times: number[] = []
  for (let round = 0; round < 7; round++) {
    const seen = screens()
    const start = performance.now()
    writeFileSync(file, MISTAKE.replace('replica:', `replica${round}:`))
    await until('the next screen', () => screens() > seen)
    times.push(performance.now() - start)
  }
  end.abort()
  await verdict
  const median = times.sort((a, b) => a - b)[3] ?? Number.POSITIVE_INFINITY
  // measured by `npm run bench`; here only that it is not of another size
  assert.ok(median < 500, `${median} ms`)
  console.log(`  median ${median.toFixed(1)} ms`)
})

test.run()
