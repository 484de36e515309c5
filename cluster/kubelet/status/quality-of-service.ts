import type { Pod } from '../../apimachinery/objects.ts'
import { Quantity } from '../../apimachinery/quantity.ts'

/** A pod's class: nothing asked, exactly what is allowed asked, or in between. Follows pkg/apis/core/v1/helper/qos. */
export function qualityOfService(pod: Pod): 'BestEffort' | 'Burstable' | 'Guaranteed' {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  let any = false
  let guaranteed = true
  for (const { resources } of containers) {
    for (const name of ['cpu', 'memory']) {
      const limit = resources?.limits?.[name]
      const request = resources?.requests?.[name]
      if (positive(limit) || positive(request)) any = true
      const same = limit && request && Quantity.parse(limit).compare(Quantity.parse(request)) === 0
      if (!positive(limit) || !same) guaranteed = false
    }
  }
  return any ? (guaranteed ? 'Guaranteed' : 'Burstable') : 'BestEffort'
}

function positive(quantity: string | undefined): boolean {
  return quantity !== undefined && Quantity.parse(quantity).nanos > 0n
}
