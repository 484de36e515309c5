import { shortName } from '../apply/applied.ts'
import type { ExerciseResult } from '../check/result.ts'

/** A result for programs. Fields are added, never renamed. */
export function jsonResult(result: ExerciseResult): object {
  const { findings, changes, checks, ...rest } = result
  return {
    ...rest,
    findings: findings.map(({ place, ...finding }) => ({
      ...finding,
      ...(place && { line: place.line, column: place.column, text: place.text }),
    })),
    applied: changes.map(({ object, action }) => ({ object: shortName(object), action })),
    checks: checks.map(({ title, outcome, milliseconds }) => ({ title, milliseconds, ...outcome })),
  }
}
