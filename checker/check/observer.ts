import type { AppliedChange } from '../apply/applied.ts'
import type { Finding } from '../files/finding.ts'
import type { OnWait } from '../live/waiting.ts'
import type { CheckResult } from './result.ts'

/** Hears how far a check is; a screen draws it. */
export interface Observer {
  onFiles?(files: readonly string[], findings: readonly Finding[]): void
  onApplied?(changes: readonly AppliedChange[], findings: readonly Finding[]): void
  onCheckStart?(title: string): void
  onCheck?(result: CheckResult): void
  onWait?: OnWait
}
