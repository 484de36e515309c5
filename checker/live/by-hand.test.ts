import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { RealClock } from '../../cluster/apimachinery/clock.ts'
import { Stage } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import { lostByHand } from './by-hand.ts'
import { outcomeOf } from './live.ts'
import { Waiting } from './waiting.ts'

const test = suite('a deployment by hand, for comparison')
const folder = mkdtempSync(path.join(tmpdir(), 'by-hand-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a script against a staged Service that is closed while the file `closed` is there. */
async function run(script: string, kubectl = true) {
  writeFileSync(path.join(folder, 'by-hand.mjs'), script)
  const stage = new Stage()
  stage.deployment('a', 3)
  stage.service('a', 'ClusterIP', ['a-1', 'a-2', 'a-3'])
  stage.onProxy = () =>
    existsSync(path.join(folder, 'closed'))
      ? { status: 503, text: '{"kind":"Status","message":"connection refused"}' }
      : { status: 200 }
  let closed = false
  const access = { env: { TOLD: 'yes' }, close: () => (closed = true) }
  const probe = lostByHand({
    folder,
    script: 'by-hand.mjs',
    service: 'service/a',
    perSecond: 20,
    versions: ['1.0', '1.1'],
    pods: 3,
    leaves: ['service/a'],
  })
  const live = stage.live({
    abilities: kubectl ? { kubectlFor: async () => access } : {},
    waiting: new Waiting(new RealClock()),
  })
  return {
    outcome: await outcomeOf(probe, live),
    closed,
    left: [...stage.objects.keys()].filter((key) => /\/(pods|services)\//.test(key)),
  }
}

const CLOSES = `
import fs from 'node:fs'
if (process.argv[2] !== '1.1' || process.env.TOLD !== 'yes') process.exit(1)
fs.writeFileSync('closed', '')
setTimeout(() => fs.rmSync('closed'), 500)
`

test('what it loses is counted, and what it made is taken away', async () => {
  const { outcome, closed, left } = await run(CLOSES)
  assert.is(outcome.verdict, 'passed')
  const [, lost = '0'] = /^(\d+) of \d+ requests lost$/.exec(outcome.measured) ?? []
  assert.ok(Number(lost) >= 3, outcome.measured)
  assert.ok(closed)
  assert.equal(left, [])
})

test('a script that loses nothing is said to lose nothing', async () => {
  const { outcome } = await run('')
  assert.match(outcome.measured, /^0 of \d+ requests lost$/)
})

test('a script that fails, and a cluster without kubectl, are nobody’s mistake', async () => {
  const failed = await run("console.error('no such pod'); process.exit(1)")
  assert.is(failed.outcome.verdict, 'untried')
  assert.match(failed.outcome.measured, 'by-hand.mjs 1.1 failed; no such pod')
  assert.is((await run(CLOSES, false)).outcome.verdict, 'untried')
})

test.run()
