import * as assert from 'uvu/assert'
import { FakeClock } from '../../../test/harness/fake-clock.ts'
import { suite } from '../../../test/harness/suite.ts'
import { ClockJump } from './clock-jump.ts'

const test = suite('clock jump')

test('whoever looks every five seconds counts from the first look', async () => {
  const clock = new FakeClock()
  const jump = new ClockJump()
  const first = jump.since(clock)
  assert.is(first, clock.now())
  for (let looks = 0; looks < 20; looks += 1) {
    await clock.advance(5_000)
    assert.is(jump.since(clock), first)
  }
})

test('after a laptop was closed, silence is counted from when it was opened', async () => {
  const clock = new FakeClock()
  const jump = new ClockJump()
  const first = jump.since(clock)
  await clock.advance(5_000)
  jump.since(clock)
  await clock.advance(8 * 3_600_000)
  const opened = clock.now()
  assert.is(jump.since(clock), opened)
  await clock.advance(5_000)
  assert.is(jump.since(clock), opened)
  assert.is.not(opened, first)
})

test('a machine that was only slow has not slept', async () => {
  const clock = new FakeClock()
  const jump = new ClockJump()
  const first = jump.since(clock)
  await clock.advance(19_000)
  assert.is(jump.since(clock), first)
})

test.run()
