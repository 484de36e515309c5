import type { Check } from '../lesson/lesson.ts'
import { type Live, outcomeOf } from '../live/live.ts'
import { untried } from '../live/outcome.ts'
import { Waiting } from '../live/waiting.ts'
import type { Observer } from './observer.ts'
import type { CheckResult } from './result.ts'

/**
 * Runs the checks one after another, those that stand side by side at the same time. What needs a check that did not pass is not tried.
 * When one throws, the others of its group are awaited first: they may have something to undo. Throws ClusterFault when the API server
 * is away, then too when a check took that for a miss.
 */
export async function runChecks(checks: readonly Check[], live: Live, observer: Observer): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const group of groupsOf(checks)) {
    let shown: Check | undefined = group[0]
    const running = group.map((check) => {
      const { clock, signal } = live.waiting
      // of what is awaited at the same time, the screen says one thing
      const onWait: typeof observer.onWait = (...wait) => shown === check && observer.onWait?.(...wait)
      return run(check, checks, results, { ...live, waiting: new Waiting(clock, onWait, signal) })
    })
    const settled = Promise.allSettled(running)
    for (const [index, check] of group.entries()) {
      shown = check
      observer.onCheckStart?.(check.title)
      const result = await running[index]?.catch(async (error) => {
        await settled
        throw error
      })
      if (!result) continue
      results.push(result)
      observer.onCheck?.(result)
    }
  }
  return results
}

async function run(check: Check, checks: readonly Check[], before: readonly CheckResult[], live: Live) {
  const { title, probe, read } = check
  const above = checks[checks.indexOf(check) - 1]?.title
  const needs = check.needs ?? above ?? 'none'
  const start = live.waiting.clock.now()
  const needed = before.find((result) => result.title === needs)
  // what could not be tried on this cluster stands in nobody's way
  const blocked =
    needed !== undefined &&
    (needed.outcome.verdict === 'missed' || needed.outcome.verdict === 'unsettled' || isBlocked(needed))
  const outcome = blocked
    ? untried(needs === above ? BLOCKED : `not tried: needs "${needs}"`)
    : await outcomeOf(probe, live)
  // a silent server, or one that nobody could reach, is the answer's fault only while the API server itself speaks
  if (outcome.verdict === 'missed') await live.objects.get('v1 Namespace', undefined, live.namespace)
  return { title, outcome, ...(read !== undefined && { read }), milliseconds: live.waiting.since(start) }
}

/** Neighbours that say so run side by side. */
function groupsOf(checks: readonly Check[]): Check[][] {
  const groups: Check[][] = []
  for (const check of checks) {
    const last = groups.at(-1)
    if (check.sideBySide && last?.at(-1)?.sideBySide) last.push(check)
    else groups.push([check])
  }
  return groups
}

const BLOCKED = 'not tried: needs the check above'

function isBlocked({ outcome }: CheckResult): boolean {
  return outcome.verdict === 'untried' && outcome.measured.startsWith('not tried: needs')
}
