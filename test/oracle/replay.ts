/**
 * Compares a server with the recorded answers of a real one.
 *
 *   npx tsx test/oracle/replay.ts [--area AREA] [--scenario NAME] [--server URL --token TOKEN] [-v]
 *
 * Without --server our own API server is started on a temporary folder.
 */
import { parseArgs } from 'node:util'
import { startOwnServer } from './own-server.ts'
import { isRecordingThere, RECORDED, readScenarios } from './recording.ts'
import { isSame, replayAll, type ScenarioResult, tallyByArea } from './tally.ts'
import { Transport } from './transport.ts'

const { values } = parseArgs({
  options: {
    area: { type: 'string' },
    scenario: { type: 'string' },
    server: { type: 'string' },
    token: { type: 'string' },
    verbose: { type: 'boolean', short: 'v' },
  },
})

if (!isRecordingThere()) {
  console.error(`There are no recorded answers in ${RECORDED}.`)
  process.exit(2)
}

const { area, scenario, server: url, token = '', verbose } = values
const scenarios = readScenarios().filter(
  (each) => (!area || each.area === area) && (!scenario || each.name === scenario),
)
const own = url ? undefined : await startOwnServer()
const transport = new Transport(own ?? { url: url as string, token })
try {
  const results = await replayAll(transport, scenarios, (result) => {
    if (verbose && !isSame(result)) console.log(describe(result))
  })
  console.log('area            scenarios same of those wholly in scope      steps same of those in scope')
  const total = { same: 0, all: 0, sameSteps: 0, allSteps: 0 }
  for (const tally of tallyByArea(results)) {
    console.log(line(tally.area, tally.scenarios.same, tally.scenarios.all, tally.steps.same, tally.steps.all))
    total.same += tally.scenarios.same
    total.all += tally.scenarios.all
    total.sameSteps += tally.steps.same
    total.allSteps += tally.steps.all
  }
  console.log(line('all', total.same, total.all, total.sameSteps, total.allSteps))
} finally {
  transport.close()
  await own?.close()
}

function describe({ scenario: { area: where, name }, whole, steps }: ScenarioResult): string {
  const wrong = steps.filter((step) => step.differences.length > 0)
  const lines = wrong.map(
    ({ step, differences }) => `    ${step.name}\n      ${differences.slice(0, 6).join('\n      ')}`,
  )
  return `${where}/${name}${whole ? '' : ' (in part)'}: ${wrong.length} of ${steps.length} steps differ\n${lines.join('\n')}`
}

function line(name: string, same: number, all: number, sameSteps: number, allSteps: number): string {
  const share = (part: number, whole: number) =>
    whole === 0 ? '' : `${`${part} of ${whole}`.padStart(14)} ${((100 * part) / whole).toFixed(1).padStart(6)} %`
  return `${name.padEnd(16)}${share(same, all).padEnd(45)}${share(sameSteps, allSteps)}`
}
