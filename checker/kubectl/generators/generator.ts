import { CommandError } from '../errors.ts'
import type { Session } from '../session.ts'

/** Makes an object from what was typed, as `kubectl create KIND NAME` does without asking the server. */
export interface Generator {
  /** `deployment`, `secret tls` */
  readonly name: string
  /** What stands before the server's words when it refuses; left out: nothing does. */
  readonly failed?: string
  make(session: Session, name: string): object
}

/** The one name that a generator wants. Throws when it is not exactly one. */
export function nameOf(generator: string, words: readonly string[]): string {
  const [name] = words
  if (name !== undefined && words.length === 1) return name
  throw new CommandError(
    `exactly one NAME is required, got ${words.length}\nSee 'kubectl create ${generator} -h' for help and examples`,
  )
}
