import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { ServerUnderTest } from './http/server-under-test.ts'
import { Turns } from './turns.ts'

const test = suite('turns of the event loop')
const nowhere = () => Promise.reject(new Error('there is no node'))
const MANY = 3000

test('while a component creates thousands of objects, others get their turns', async () => {
  const api = await ServerUnderTest.start({ logs: nowhere, dial: nowhere, reach: nowhere, localhost: nowhere })
  try {
    const client = api.server.client('test')
    let created = 0
    const seen: number[] = []
    const look = () => {
      seen.push(created)
      if (created < MANY) setImmediate(look)
    }
    setImmediate(look)
    const all = Array.from({ length: MANY }, async (_, index) => {
      await client.create('v1 ConfigMap', { metadata: { name: `map-${index}`, namespace: 'default' } })
      created += 1
    })
    await Promise.all(all)
    const between = seen.filter((count) => count > 0 && count < MANY)
    assert.ok(between.length >= 2, `turns after ${seen.join(', ')} of ${MANY}`)
  } finally {
    await api.close()
  }
})

test('what is done at the same time is shared out over turns, in its order', async () => {
  const turns = new Turns()
  const order: number[] = []
  const busy = (each: number) => {
    order.push(each)
    const end = performance.now() + 15
    while (performance.now() < end);
  }
  const all = [1, 2, 3, 4].map((each) => turns.run(() => busy(each)))
  assert.ok(order.length <= 2)
  await Promise.all(all)
  assert.equal(order, [1, 2, 3, 4])
})

test('a failure is the caller’s', async () => {
  const failed = await new Turns().run(() => assert.unreachable('no')).catch((error: Error) => error.message)
  assert.is(failed, 'no')
})

test.run()
