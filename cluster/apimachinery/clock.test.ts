import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { RealClock, sleep } from './clock.ts'

const test = suite('the clock that may go faster')

test('at speed 10 a second lasts a tenth', () => {
  const clock = new RealClock(10)
  const passed = clock.since(Date.now() - 100)
  assert.ok(passed >= 1_000 && passed < 2_000, String(passed))
})

test('what passed before the speed was changed passed slowly', () => {
  const clock = new RealClock()
  const moment = Date.now() - 5_000
  clock.speed = 100
  const passed = clock.since(moment)
  assert.ok(passed >= 5_000 && passed < 8_000, String(passed))
})

test('what passes after it was changed back is added as it passes', async () => {
  const clock = new RealClock()
  const moment = Date.now()
  clock.speed = 100
  await sleep(clock, 2_000)
  clock.speed = 1
  const passed = clock.since(moment)
  assert.ok(passed >= 1_900, String(passed))
  assert.ok(clock.since(Date.now()) < 500)
})

test('a moment to come is as far away as it is by the speed of now', () => {
  const clock = new RealClock()
  clock.speed = 10
  const passed = clock.since(Date.now() + 1_000)
  assert.ok(passed <= -9_000 && passed >= -10_000, String(passed))
})

test.run()
