import type { Located } from '../files/located.ts'
import { type Code, message, type Params } from '../messages/catalogue.ts'

/** What a check came to. `measured` is shown whether it passed or not. */
export type Outcome =
  | { readonly verdict: 'passed'; readonly measured: string; readonly evidence?: readonly string[] }
  | {
      readonly verdict: 'missed'
      readonly code: string
      readonly measured: string
      readonly evidence: readonly string[]
    }
  /** The cluster was still at it when the time ran out: neither right nor wrong. */
  | {
      readonly verdict: 'unsettled'
      readonly code: string
      readonly measured: string
      readonly evidence: readonly string[]
    }
  | { readonly verdict: 'untried'; readonly measured: string }

export function passed(measured: string, evidence: readonly string[] = []): Outcome {
  return { verdict: 'passed', measured, evidence }
}

/** The learner's answer is not right: what was measured, in the words of the catalogue, and what speaks for it. */
export function missed<C extends Code>(code: C, params: Params<C>, evidence: readonly string[] = []): Outcome {
  return { verdict: 'missed', code, measured: message(code, params), evidence }
}

/** The object that a check looks for is not there; the learner's files may have it under another name or kind. */
export function absent(
  { namespace, manifests }: { readonly namespace: string; readonly manifests: readonly Located[] },
  what: string,
): Outcome {
  const has = manifests.map(({ kind, name }) => `${kind.toLowerCase()}/${name}`).join(', ')
  return missed('live-absent', { what, namespace }, has === '' ? [] : [`your files have ${has}`])
}

export function unsettled<C extends Code>(code: C, params: Params<C>, evidence: readonly string[] = []): Outcome {
  return { verdict: 'unsettled', code, measured: message(code, params), evidence }
}

/** For `not tried on this cluster`, with what was missing. */
export function untried(why: string): Outcome {
  return { verdict: 'untried', measured: why }
}

/** Ends a probe from within: what it came to is thrown by a step that it shares with others. */
export class Settled extends Error {
  override readonly name = 'Settled'
  readonly outcome: Outcome
  constructor(outcome: Outcome) {
    super(outcome.measured)
    this.outcome = outcome
  }
}
