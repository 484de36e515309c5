import type { PodSpec } from '../../apimachinery/objects.ts'
import { Quantity } from '../../apimachinery/quantity.ts'

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'
type Resources = { readonly [K in 'requests' | 'limits']?: Readonly<Record<string, string>> }

const COUNTED = ['cpu', 'memory']

/** Follows ComputePodQOS of k8s.io/kubernetes/pkg/apis/core/v1/helper/qos. */
export function qosClass(spec: PodSpec): QosClass {
  const containers: readonly Resources[] = spec.resources
    ? [spec.resources as Resources]
    : [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(
        ({ resources }) => (resources ?? {}) as Resources,
      )
  const requests = new Map<string, Quantity>()
  const limits = new Map<string, Quantity>()
  let guaranteed = true
  for (const container of containers) {
    add(requests, container.requests)
    const limited = add(limits, container.limits)
    if (!COUNTED.every((name) => limited.has(name))) guaranteed = false
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort'
  if (guaranteed && requests.size === limits.size) {
    const same = [...requests].every(([name, amount]) => limits.get(name)?.compare(amount) === 0)
    if (same) return 'Guaranteed'
  }
  return 'Burstable'
}

function add(sums: Map<string, Quantity>, amounts: Readonly<Record<string, string>> = {}): Set<string> {
  const counted = new Set<string>()
  for (const name of COUNTED) {
    const text = amounts[name]
    if (text === undefined) continue
    const amount = Quantity.parse(text)
    if (amount.compare(Quantity.zero) <= 0) continue
    counted.add(name)
    sums.set(name, sums.get(name)?.plus(amount) ?? amount)
  }
  return counted
}
