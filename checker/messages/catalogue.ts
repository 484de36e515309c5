/**
 * Every sentence that a learner reads about a file or a cluster, by a code that stays: tests, graders and classrooms refer to
 * the code, so that a text can get better without breaking them. A message says what is there and what was expected, never
 * the answer.
 */
import type { Finding, Level, Place } from '../files/finding.ts'
import { clusterMessages } from './cluster-messages.ts'
import { configMessages } from './config-messages.ts'
import { fileMessages } from './file-messages.ts'
import { hostMessages } from './host-messages.ts'
import { liveMessages } from './live-messages.ts'
import { manifestMessages } from './manifest-messages.ts'
import { ruleMessages } from './rule-messages.ts'
import { scalingMessages } from './scaling-messages.ts'

export const catalogue = {
  ...fileMessages,
  ...manifestMessages,
  ...ruleMessages,
  ...clusterMessages,
  ...configMessages,
  ...liveMessages,
  ...hostMessages,
  ...scalingMessages,
}

export type Code = keyof typeof catalogue
/** What a message's text is made of; `{}` for one that is always the same. */
export type Params<C extends Code> = Parameters<(typeof catalogue)[C]> extends [infer P] ? P : object

/** The text of a message. */
export function message<C extends Code>(code: C, params: Params<C>): string {
  return (catalogue[code] as (params: Params<C>) => string)(params)
}

interface Where {
  readonly place?: Place
  /** For a finding about the whole file. */
  readonly file?: string
  readonly level?: Level
  readonly more?: readonly string[]
}

/** A finding with a text of the catalogue. */
export function finding<C extends Code>(code: C, params: Params<C>, where: Where = {}): Finding {
  const file = where.place?.file ?? where.file
  return {
    code,
    level: where.level ?? 'error',
    message: message(code, params),
    ...(file !== undefined && { file }),
    ...(where.place && { place: where.place }),
    more: where.more ?? [],
  }
}

/** `"ports"`, `"ports" or "port"`, `"a", "b" or "c"`. */
export function either(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`)
  if (quoted.length < 2) return quoted.join('')
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}
