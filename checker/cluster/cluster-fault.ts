import type { Finding } from '../files/finding.ts'
import type { Code } from '../messages/catalogue.ts'

/**
 * The cluster could not do its part, so there is no verdict on what the learner wrote: exit code 3. Thrown from the lowest place
 * that knows, and caught by the command.
 */
export class ClusterFault extends Error {
  override readonly name = 'ClusterFault'
  readonly code: Code
  /** What was tried, and what one may do: whole lines. */
  readonly more: readonly string[]

  constructor(found: Pick<Finding, 'code' | 'message' | 'more'>) {
    super(found.message)
    this.code = found.code as Code
    this.more = found.more
  }
}
