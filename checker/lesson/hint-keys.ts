import type { ExerciseResult } from '../check/result.ts'
import type { Exercise } from './lesson.ts'

/** The keys of an exercise's hints that fit what went wrong, the most telling first: a finding's code, `files`, a check's title. */
export function hintKeys(result: ExerciseResult, { hints = {} }: Exercise): string[] {
  const errors = result.findings.filter(({ level }) => level === 'error')
  const keys = [
    ...errors.map(({ code }) => code),
    ...(errors.length > 0 ? ['files'] : []),
    ...result.checks.flatMap(({ title, outcome }) => (outcome.verdict === 'missed' ? [title, outcome.code] : [])),
  ]
  return [...new Set(keys)].filter((key) => Object.hasOwn(hints, key))
}
