import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { lessons } from '../../lessons/index.ts'
import { suite } from '../../test/harness/suite.ts'
import { RememberedObjects } from './applied-memory.ts'
import { lockChecks } from './check-lock.ts'
import { chooseExercise, exerciseHere, UsageError } from './choose.ts'
import { placeOf, workspaceFolder } from './exercise-place.ts'
import { loadExercise } from './load-exercise.ts'
import { ProgressFile } from './progress.ts'
import { handOut } from './starters.ts'

const test = suite("the learner's folder")
let workspace = ''
test.before.each(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'learner-'))
})
test.after.each(() => rmSync(workspace, { recursive: true }))

const third = lessons.find(({ number }) => number === 3)
if (!third) throw new Error('there is no lesson 3')

test('files are handed out once, and a learner’s work is never overwritten or put back', async () => {
  const place = placeOf(third, undefined, workspace)
  const progress = new ProgressFile(workspace)
  const exercise = await loadExercise(place)
  const file = path.join(place.folder, 'deployment.yaml')
  assert.ok(handOut(place, exercise, progress).fresh.includes('deployment.yaml'))
  writeFileSync(file, 'mine')
  assert.equal(handOut(place, exercise, progress), { fresh: [], renewed: [] })
  assert.is(readFileSync(file, 'utf8'), 'mine')
  rmSync(file)
  assert.equal(handOut(place, exercise, progress).fresh, [])
})

test('a starter that changed since is offered', async () => {
  const place = placeOf(third, undefined, workspace)
  const progress = new ProgressFile(workspace)
  const exercise = await loadExercise(place)
  handOut(place, exercise, progress)
  progress.updateExercise(place.id, (own) => {
    own.starters = { ...own.starters, 'deployment.yaml': 'another hash' }
  })
  assert.equal(handOut(place, exercise, progress).renewed, ['deployment.yaml'])
})

test('a broken progress file is put aside, not lost', () => {
  writeFileSync(path.join(workspace, '.progress.json'), '{ broken')
  assert.equal(new ProgressFile(workspace).read(), { exercises: {}, applied: {} })
  const [aside] = readdirSync(workspace).filter((name) => name.startsWith('.progress.json.broken-'))
  assert.is(readFileSync(path.join(workspace, aside ?? ''), 'utf8'), '{ broken')
})

test('time is counted for what the last command was about; a night is no time spent', () => {
  const progress = new ProgressFile(workspace)
  const at = (minutes: number) => Date.parse('2026-01-01T10:00:00Z') + minutes * 60_000
  progress.visit('03-x', at(0))
  progress.visit('03-x', at(10))
  progress.visit('04-y', at(12))
  progress.visit('04-y', at(12 + 600))
  const { exercises } = progress.read()
  assert.is(exercises['03-x']?.seconds, 12 * 60)
  assert.is(exercises['04-y']?.seconds, 15 * 60)
})

test('processes that write at the same time lose nothing', async () => {
  const module = new URL('./progress.ts', import.meta.url).href
  const writer = (name: string) => `
    import { ProgressFile } from ${JSON.stringify(module)}
    const progress = new ProgressFile(process.argv[1])
    for (let index = 0; index < 20; index++)
      progress.updateExercise('${name}-' + index, (own) => { own.passed = '${name}' })`
  await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', writer(name), workspace]),
    ),
  )
  const passed = Object.values(new ProgressFile(workspace).read().exercises).map((own) => own.passed)
  assert.is(passed.length, 60)
  assert.equal(new Set(passed), new Set(['a', 'b', 'c']))
})

test('progress is written while a check holds its own lock, for longer than locks are renewed', async () => {
  const unlock = await lockChecks(workspace, () => {})
  const progress = new ProgressFile(workspace)
  const end = Date.now() + 2_500
  while (Date.now() < end) {
    progress.visit('03-x')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await unlock()
  assert.is(progress.read().seen?.exercise, '03-x')
})

test('what was applied is remembered by cluster and exercise', () => {
  const progress = new ProgressFile(workspace)
  const memory = new RememberedObjects(progress, 'practice')
  const object = { apiVersion: 'v1', kind: 'Service', name: 'a', uid: '1' }
  memory.remember('03-x', [object])
  memory.remember('03-x/drill', [object])
  memory.remember('04-y', [object])
  assert.equal(memory.of('03-x'), [object])
  assert.equal(memory.others('03-x'), ['03-x/drill'])
  assert.equal(new RememberedObjects(progress, 'context kind').of('03-x'), [])
  memory.remember('03-x', [])
  assert.equal(memory.exercises(), ['03-x/drill', '04-y'])
})

test('the lesson is the one named, the one of the folder, or what was opened last', async () => {
  const progress = { exercises: {}, applied: {}, last: 3 }
  assert.is((await chooseExercise(['4'], progress)).lesson.number, 4)
  assert.is(exerciseHere(progress, '/elsewhere').lesson.number, 3)
  assert.is(exerciseHere({ exercises: {}, applied: {} }, '/elsewhere').lesson.number, 1)
  const drill = (await third.load()).drills[0]?.name ?? ''
  assert.is((await chooseExercise([], { ...progress, drill })).drill, drill)
  assert.is((await chooseExercise(['3'], { ...progress, drill })).drill, undefined)
  assert.is((await chooseExercise([], { ...progress, drill: 'of-an-older-workbook' })).drill, undefined)
  assert.is(exerciseHere({ ...progress, drill }, path.join(workspaceFolder(), third.slug)).drill, undefined)
  for (const words of [['99'], ['3', 'no-such-drill'], ['3', 'a', 'b']]) {
    try {
      await chooseExercise(words, progress)
      assert.unreachable()
    } catch (error) {
      assert.instance(error, UsageError)
    }
  }
})

test('two checks at once: the second waits, and says so', async () => {
  let waited = 0
  const unlock = await lockChecks(workspace, () => assert.unreachable())
  const second = lockChecks(workspace, () => {
    waited += 1
    void unlock()
  })
  await (await second)()
  assert.is(waited, 1)
})

test.run()
