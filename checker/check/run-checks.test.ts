import * as assert from 'uvu/assert'
import { Stage } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import { ClusterFault } from '../cluster/cluster-fault.ts'
import { check, lesson } from '../lesson/lesson.ts'
import { missed, type Outcome, passed } from '../live/outcome.ts'
import { finding } from '../messages/catalogue.ts'
import { runChecks } from './run-checks.ts'

const test = suite('checks one after another and side by side')

/** Ends after so many milliseconds, and writes down when it began and ended. */
function taking(name: string, ms: number, log: string[], outcome: Outcome = passed(name)) {
  return async ({ waiting }: { waiting: { pass(what: string, ms: number): Promise<void> } }) => {
    log.push(`${name} begins`)
    await waiting.pass(name, ms)
    log.push(`${name} ends`)
    return outcome
  }
}

test('neighbours that say so run at the same time, and are told in their order', async () => {
  const log: string[] = []
  const told: string[] = []
  const checks = [
    check('a', taking('a', 300, log)),
    check('b', taking('b', 900, log), { sideBySide: true }),
    check('c', taking('c', 300, log), { needs: 'a', sideBySide: true }),
    check('d', taking('d', 300, log)),
  ]
  const results = await runChecks(checks, new Stage().live(), { onCheck: ({ title }) => told.push(title) })
  assert.equal(log, ['a begins', 'a ends', 'b begins', 'c begins', 'c ends', 'b ends', 'd begins', 'd ends'])
  assert.equal(told, ['a', 'b', 'c', 'd'])
  assert.equal(
    results.map(({ outcome }) => outcome.verdict),
    ['passed', 'passed', 'passed', 'passed'],
  )
})

test('what needs a check that was missed is not tried, side by side too', async () => {
  const log: string[] = []
  const checks = [
    check('a', taking('a', 1, log, missed('live-lost', { lost: 1, sent: 2 }))),
    check('b', taking('b', 1, log), { sideBySide: true }),
    check('c', taking('c', 1, log), { needs: 'none', sideBySide: true }),
  ]
  const results = await runChecks(checks, new Stage().live(), {})
  assert.equal(
    results.map(({ outcome }) => outcome.verdict),
    ['missed', 'untried', 'passed'],
  )
  assert.not.ok(log.includes('b begins'))
})

test('when one throws, the others are awaited first', async () => {
  const log: string[] = []
  const checks = [
    check(
      'a',
      async () => {
        throw new Error('the cluster is gone')
      },
      { sideBySide: true },
    ),
    check('b', taking('b', 500, log), { needs: 'none', sideBySide: true }),
  ]
  try {
    await runChecks(checks, new Stage().live(), {})
    assert.unreachable()
  } catch (error) {
    assert.is((error as Error).message, 'the cluster is gone')
  }
  assert.equal(log, ['b begins', 'b ends'])
})

test('a miss counts only while the API server answers', async () => {
  const stage = new Stage()
  const away = check('a', async () => {
    stage.request = async () => {
      throw new ClusterFault(finding('cluster-not-started', { reason: 'a test' }))
    }
    return missed('live-lost', { lost: 1, sent: 2 })
  })
  try {
    await runChecks([away], stage.live(), {})
    assert.unreachable()
  } catch (error) {
    assert.instance(error, ClusterFault)
  }
})

test('a check cannot run beside the one that it needs', () => {
  const probe = async () => passed('')
  assert.throws(
    () =>
      lesson({
        title: 't',
        minutes: 1,
        files: {},
        checks: [check('a', probe, { sideBySide: true }), check('b', probe, { sideBySide: true })],
      }),
    /runs beside/,
  )
})

test.run()
