import * as assert from 'uvu/assert'
import { FakeClock } from '../../test/harness/fake-clock.ts'
import { suite } from '../../test/harness/suite.ts'
import { WorkQueue } from './work-queue.ts'

const test = suite('work queue')

test('a key added twice is taken once', async () => {
  const queue = new WorkQueue(new FakeClock())
  queue.add('a')
  queue.add('a')
  assert.is(await queue.take(), 'a')
  queue.add('b')
  assert.is(await queue.take(), 'b')
})

test('a key added while it is worked on comes again, but not before it is done', async () => {
  const queue = new WorkQueue(new FakeClock())
  queue.add('a')
  await queue.take()
  queue.add('a')
  const next = queue.take()
  let taken: string | undefined
  void next.then((key) => (taken = key))
  await Promise.resolve()
  assert.is(taken, undefined)
  queue.done('a')
  assert.is(await next, 'a')
})

test('a retried key waits twice as long each time, until it is forgotten', async () => {
  const clock = new FakeClock()
  const queue = new WorkQueue(clock)
  const waits: number[] = []
  for (let round = 0; round < 4; round++) {
    if (round === 3) queue.forget('a')
    queue.retry('a')
    const start = clock.now()
    let taken = false
    const next = queue.take().then(() => (taken = true))
    while (!taken) await clock.advance(1)
    await next
    waits.push(clock.now() - start)
    queue.done('a')
  }
  assert.equal(waits, [5, 10, 20, 5])
})

test('a closed queue gives nothing more', async () => {
  const queue = new WorkQueue(new FakeClock())
  const next = queue.take()
  queue.close()
  assert.is(await next, undefined)
  queue.add('a')
  assert.is(await queue.take(), undefined)
})

test.run()
