/** Runs the test files it is given, one after another, in this process, and tells its parent what happened. */
import { pathToFileURL } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

declare global {
  var UVU_DEFER: number | undefined
  var UVU_INDEX: number | undefined
  var UVU_QUEUE: unknown[][]
}

globalThis.UVU_DEFER = 1
const { exec } = await import('uvu')
const { tally } = await import('./suite.ts')

for (const file of process.argv.slice(2)) {
  const before = { declared: tally.declared, skipped: tally.skipped, done: tally.passed + tally.failures.length }
  globalThis.UVU_QUEUE = [[file]]
  globalThis.UVU_INDEX = 0
  const problems: string[] = []
  try {
    await import(pathToFileURL(file).href)
    await exec()
  } catch (error) {
    problems.push(textOf(error))
  }
  const declared = tally.declared - before.declared
  const done = tally.passed + tally.failures.length - before.done
  if (tally.unrun.size > 0)
    problems.push(`declared but never run: ${[...tally.unrun].join(', ')} (test.run() is missing)`)
  tally.unrun.clear()
  if (declared === 0 && tally.skipped === before.skipped) problems.push('declares no test')
  if (done < declared && problems.length === 0) problems.push(`${declared} tests declared, ${done} ran`)
  process.send?.({ file, declared, problems })
}

process.send?.({
  end: {
    passed: tally.passed,
    skipped: tally.skipped,
    failures: tally.failures.map(({ suite, test, error }) => ({
      suite,
      test,
      error: textOf(error),
    })),
    times: [...tally.times],
  },
})
process.exit(0)

/** With what was expected and what was found, where an assertion tells it. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const details = 'details' in error && typeof error.details === 'string' ? stripVTControlCharacters(error.details) : ''
  return `${error.stack ?? error.message}${details}`
}
