import type { Pod, Toleration } from '../../cluster/apimachinery/objects.ts'
import { tolerates } from '../../cluster/apimachinery/taints.ts'
import type { Probe, Reference } from './live.ts'
import { missed, passed } from './outcome.ts'
import { podsOf } from './pods-of.ts'

/** The taints of a host that says that it is not ready, and of one that says nothing any more. */
const LOST = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

/**
 * For how long a pod stays bound to a node that has this taint, before it is deleted and may be replaced elsewhere; Infinity is for
 * ever. Seconds. As the taint eviction controller counts: the first toleration that fits says it.
 */
export function staysFor({ spec }: Pod, key: string): number {
  const toleration = tolerationOf({ spec }, key)
  if (!toleration) return 0
  return Math.max(0, toleration.tolerationSeconds ?? Number.POSITIVE_INFINITY)
}

function tolerationOf({ spec }: Pick<Pod, 'spec'>, key: string): Toleration | undefined {
  const found = spec.tolerations?.find((each) => tolerates(each, { key, effect: 'NoExecute' }))
  return found && { ...found, key: found.key ?? '' }
}

/** The pods, as the API server completed them, leave a lost host within so many seconds, however it was lost. */
export function leavesLostHost(reference: Reference, { within }: { readonly within: number }): Probe {
  return async (live) => {
    const pods = await podsOf(live, reference)
    if (pods.length === 0) return missed('live-no-pods', { what: reference })
    const late = LOST.map((taint) => ({ taint, stays: Math.max(...pods.map((pod) => staysFor(pod, taint))) }))
    const shown = late.map(({ taint, stays }) => `${taint}: ${inWords(stays)}`)
    const [worst] = late.filter(({ stays }) => stays > within)
    if (worst) {
      const all = pods.some((pod) => tolerationOf(pod, worst.taint)?.key === '')
      const evidence = [...shown, ...(all ? ['a toleration without a key fits every taint'] : [])]
      return missed('host-left-late', { taint: worst.taint, found: inWords(worst.stays), wanted: within }, evidence)
    }
    return passed(shown.map((line) => line.replace('node.kubernetes.io/', '')).join(', '))
  }
}

function inWords(seconds: number): string {
  return seconds === Number.POSITIVE_INFINITY ? 'for ever' : `for ${seconds} s`
}
