import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { startPracticeCluster, type TestCluster } from '../../test/grading/clusters.ts'
import { suite } from '../../test/harness/suite.ts'
import { until } from '../../test/harness/until.ts'
import { PracticeCluster } from './practice-cluster.ts'
import { workbook } from './workbook.ts'

const test = suite('what a check stops is started again, however the check ends', { deadline: 60_000 })
let started: TestCluster
let cluster: PracticeCluster

test.before(async () => {
  started = await startPracticeCluster()
  cluster = new PracticeCluster(started.state)
})
test.after(async () => {
  await started?.stop()
})

async function runs(name: string): Promise<boolean | undefined> {
  return (await cluster.status()).components.find((component) => component.name === name)?.running
}

test('held: it is stopped; released: it runs', async () => {
  const release = await cluster.hold('scheduler')
  assert.is(await runs('scheduler'), false)
  await release()
  assert.is(await runs('scheduler'), true)
})

test('held, the clock goes faster; released, it goes as before', async () => {
  await cluster.setSpeed(2)
  const release = await cluster.holdSpeed(20)
  assert.is((await cluster.status()).speed, 20)
  release()
  await until('it goes as before', async () => ((await cluster.status()).speed === 2 ? true : undefined))
  await cluster.setSpeed(1)
})

test('a speed that no clock takes is refused', async () => {
  try {
    await cluster.holdSpeed(0)
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, 'above 0')
  }
})

test('a name that nobody has is refused with those that there are', async () => {
  try {
    await cluster.hold('cook')
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, 'no component "cook"')
  }
})

for (const signal of ['SIGKILL', 'SIGINT'] as const) {
  test(`a process that holds it ends by ${signal}: it runs again`, async () => {
    const program = `
      import { StateFolder } from './cluster/daemon/state-folder.ts'
      import { PracticeCluster } from './checker/practice/practice-cluster.ts'
      await new PracticeCluster(new StateFolder(${JSON.stringify(started.state.root)})).hold('controller-manager')
      console.log('held')
      setInterval(() => {}, 1000)`
    const holder = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
      cwd: path.resolve(workbook),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(holder.stdout, 'data')
    assert.is(await runs('controller-manager'), false)
    holder.kill(signal)
    await once(holder, 'exit')
    await until('it runs again', () => runs('controller-manager'))
  })
}

test.run()
