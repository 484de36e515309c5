/**
 * The share of answers that are the same as a real API server's may only grow. Raise a floor when it has.
 * Runs where the recorded answers lie beside this repository, and is skipped, visibly, where they do not.
 */
import * as assert from 'uvu/assert'
import { suite } from '../harness/suite.ts'
import { type OwnServer, startOwnServer } from './own-server.ts'
import { isRecordingThere, readScenarios } from './recording.ts'
import { type AreaTally, replayAll, tallyByArea } from './tally.ts'
import { Transport } from './transport.ts'

/** Steps answered the same, in per cent of those whose kind and verb are in scope. */
const FLOORS: Readonly<Record<string, number>> = {
  create: 100,
  defaults: 99,
  delete: 100,
  discovery: 100,
  invalid: 99,
  list: 100,
  patch: 100,
  subresource: 97,
  table: 98,
  update: 99,
  watch: 98,
}

const test = suite('oracle', { deadline: 240_000 })
const tallies = new Map<string, AreaTally>()

if (isRecordingThere()) {
  let server: OwnServer
  test.before(async () => {
    server = await startOwnServer()
    const transport = new Transport(server)
    const scenarios = readScenarios()
    // Areas do not meet: each scenario has a namespace of its own. Most of their time is waiting.
    const results = await Promise.all(
      Object.keys(FLOORS).map((area) =>
        replayAll(
          transport,
          scenarios.filter((scenario) => scenario.area === area),
        ),
      ),
    )
    for (const tally of tallyByArea(results.flat())) tallies.set(tally.area, tally)
    transport.close()
  })
  test.after(() => server.close())
}

for (const [area, floor] of Object.entries(FLOORS)) {
  const title = `of the steps of "${area}" at least ${floor} % are answered as a real server does`
  if (!isRecordingThere()) {
    test.skip(title)
    continue
  }
  test(title, () => {
    const { same, all } = tallies.get(area)?.steps ?? { same: 0, all: 0 }
    const share = all === 0 ? 0 : (100 * same) / all
    assert.ok(share >= floor, `${same} of ${all} steps, ${share.toFixed(1)} %, are the same; the floor is ${floor} %`)
  })
}

test.run()
