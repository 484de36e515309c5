import type { User } from '../http/authentication.ts'
import type { Discovered } from '../resource.ts'

/** A resource that is asked and not kept: creating one answers it. */
export interface Review extends Discovered {
  /** What the answer holds beside its kind, for a given body. Throws Invalid. */
  answer(given: Readonly<Record<string, unknown>>, user: User, now: number): object
}
