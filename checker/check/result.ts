import type { AppliedChange } from '../apply/applied.ts'
import type { Finding } from '../files/finding.ts'
import type { Outcome } from '../live/outcome.ts'

/** `passed` 0, `not-passed` 1, `cluster` and `unsettled` 3: no verdict. */
export type Verdict = 'passed' | 'not-passed' | 'cluster' | 'unsettled'

export interface CheckResult {
  readonly title: string
  readonly outcome: Outcome
  /** Heading of the lesson's text. */
  readonly read?: string
  readonly milliseconds: number
}

export interface Predicted {
  readonly key: string
  readonly guess: unknown
  readonly answer: string | number | boolean
  readonly right: boolean
  readonly because?: string
}

export interface Fault {
  readonly code: string
  readonly message: string
  readonly more: readonly string[]
}

/** Everything that a check of one exercise found out. */
export interface ExerciseResult {
  readonly id: string
  readonly title: string
  readonly cluster: string
  readonly namespace: string
  readonly files: readonly string[]
  readonly findings: readonly Finding[]
  readonly changes: readonly AppliedChange[]
  readonly checks: readonly CheckResult[]
  readonly predictions: readonly Predicted[]
  readonly fault?: Fault
  readonly verdict: Verdict
  readonly milliseconds: number
}

export function exitCodeOf(verdict: Verdict): number {
  return verdict === 'passed' ? 0 : verdict === 'not-passed' ? 1 : 3
}

/** The verdict on several exercises: what is certainly wrong counts before what could not be judged. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  for (const verdict of ['not-passed', 'cluster', 'unsettled'] as const) if (verdicts.includes(verdict)) return verdict
  return 'passed'
}
