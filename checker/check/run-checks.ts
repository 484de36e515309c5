import type { Check } from '../lesson/lesson.ts'
import { type Live, outcomeOf } from '../live/live.ts'
import { untried } from '../live/outcome.ts'
import type { Observer } from './check-exercise.ts'
import type { CheckResult } from './result.ts'

/** Runs the checks one after another. What needs a check that did not pass is not tried. */
export async function runChecks(checks: readonly Check[], live: Live, observer: Observer): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const [index, { title, probe, needs = checks[index - 1]?.title ?? 'none', read }] of checks.entries()) {
    const start = live.waiting.clock.now()
    const needed = results.find((result) => result.title === needs)
    observer.onCheckStart?.(title)
    // what could not be tried on this cluster stands in nobody's way
    const blocked =
      needed !== undefined &&
      (needed.outcome.verdict === 'missed' || needed.outcome.verdict === 'unsettled' || isBlocked(needed))
    const outcome = blocked
      ? untried(needs === checks[index - 1]?.title ? BLOCKED : `not tried: needs "${needs}"`)
      : await outcomeOf(probe, live)
    const result = { title, outcome, ...(read !== undefined && { read }), milliseconds: live.waiting.since(start) }
    results.push(result)
    observer.onCheck?.(result)
  }
  return results
}

const BLOCKED = 'not tried: needs the check above'

function isBlocked({ outcome }: CheckResult): boolean {
  return outcome.verdict === 'untried' && outcome.measured.startsWith('not tried: needs')
}
