import { shortName } from '../apply/applied.ts'
import type { ExerciseResult, Verdict } from '../check/result.ts'

/** What `npm run check -- --json` prints; report.schema.json beside this file describes it. */
export function jsonReport(verdict: Verdict, results: readonly ExerciseResult[]): object {
  return { verdict, exercises: results.map(jsonResult) }
}

function jsonResult(result: ExerciseResult): object {
  const { findings, changes, checks, ...rest } = result
  return {
    ...rest,
    findings: findings.map(({ place, ...finding }) => ({
      ...finding,
      ...(place && { line: place.line, column: place.column, text: place.text }),
    })),
    applied: changes.map(({ object, action }) => ({ object: shortName(object), action })),
    checks: checks.map(({ outcome, ...check }) => ({ ...check, ...outcome })),
  }
}
