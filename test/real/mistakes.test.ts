import * as assert from 'uvu/assert'
import { lessons } from '../../lessons/index.ts'
import { casesOf } from '../grading/cases.ts'
import { suite } from '../harness/suite.ts'
import { casesOnReal } from './mistakes.ts'

const test = suite('mistakes on real Kubernetes')

for (const { slug } of lessons) {
  test(`${slug} has three or more, and what each must be told`, async () => {
    const cases = casesOnReal(slug, await casesOf(slug), false)
    assert.ok(cases.filter(({ set }) => set === 'mistakes').length >= 3)
    assert.ok(cases.some(({ set }) => set === 'solution'))
    assert.ok(cases.some(({ set }) => set === 'starter'))
  })
}

test('a lesson without three is refused', () => {
  assert.throws(() => casesOnReal('11-no-such-lesson', [], false), /11-no-such-lesson has 0 mistakes/)
})

test('a name that is no mistake is refused', () => {
  assert.throws(() => casesOnReal('07-scaling', [], false), /07-scaling has no mistake a-node-that-is-not-there/)
})

test.run()
