import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'

/**
 * `expect.yaml` of an exercise's grading sets:
 *
 *     starter: ["the selector looks for app=starter-app"]      # each must be among what the learner reads
 *     mistakes:
 *       wrong-port: "every connection was refused"             # by folder: a part of what the learner reads
 *     harmless:                                                # mutants that change nothing the lesson asks for
 *       - mutant: "metadata.labels"                            # a part of the mutant's name
 *         reason: "extra labels are fine"
 */
export interface Expectations {
  readonly starter: readonly string[]
  readonly mistakes: Readonly<Record<string, string | readonly string[]>>
  readonly harmless: readonly { readonly mutant: string; readonly reason: string }[]
}

export function expectationsIn(folder: string): Expectations {
  const file = path.join(folder, 'expect.yaml')
  const read = existsSync(file) ? (parse(readFileSync(file, 'utf8')) as Partial<Expectations> | null) : null
  return { starter: read?.starter ?? [], mistakes: read?.mistakes ?? {}, harmless: read?.harmless ?? [] }
}
