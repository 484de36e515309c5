import type { Container, Pod } from '../apimachinery/objects.ts'
import { Quantity } from '../apimachinery/quantity.ts'

/** Amounts by resource name: cpu in cores, memory in bytes, all in billionths (as Quantity's `nanos`). */
export type Amounts = ReadonlyMap<string, bigint>

/** What a container without a request counts as when nodes are compared (never when it is asked whether it fits). */
const UNREQUESTED: Amounts = new Map([
  ['cpu', Quantity.parse('100m').nanos],
  ['memory', Quantity.parse('200Mi').nanos],
])

const known = new WeakMap<Pod, Amounts>()
const knownNonZero = new WeakMap<Pod, Amounts>()

/** What a pod asks of a node: its containers together, or its largest init container, and its overhead. */
export function requestsOf(pod: Pod): Amounts {
  return remembered(known, pod, (container) => requested(container.resources?.requests))
}

/** As `requestsOf`, with something for containers that ask for nothing. */
export function comparableRequestsOf(pod: Pod): Amounts {
  return remembered(knownNonZero, pod, (container) =>
    merged(UNREQUESTED, requested(container.resources?.requests), (_, asked) => asked),
  )
}

function remembered(memory: WeakMap<Pod, Amounts>, pod: Pod, of: (container: Container) => Amounts): Amounts {
  const present = memory.get(pod)
  if (present) return present
  const amounts = sum(pod, of)
  memory.set(pod, amounts)
  return amounts
}

/** Follows k8s.io/component-helpers/resource: init containers run one by one, but those that restart always stay. */
function sum({ spec }: Pod, of: (container: Container) => Amounts): Amounts {
  let running: Amounts = new Map()
  for (const container of spec.containers) running = plus(running, of(container))
  let sidecars: Amounts = new Map()
  let starting: Amounts = new Map()
  for (const container of spec.initContainers ?? []) {
    const own = of(container)
    if (container.restartPolicy === 'Always') {
      sidecars = plus(sidecars, own)
      running = plus(running, own)
      starting = largest(starting, sidecars)
    } else starting = largest(starting, plus(own, sidecars))
  }
  return plus(largest(running, starting), requested(spec.overhead))
}

export function requested(quantities: Readonly<Record<string, string>> | undefined): Amounts {
  return new Map(Object.entries(quantities ?? {}).map(([name, text]) => [name, Quantity.parse(text).nanos]))
}

export function plus(a: Amounts, b: Amounts): Amounts {
  return merged(a, b, (left, right) => left + right)
}

function largest(a: Amounts, b: Amounts): Amounts {
  return merged(a, b, (left, right) => (left > right ? left : right))
}

function merged(a: Amounts, b: Amounts, combine: (left: bigint, right: bigint) => bigint): Amounts {
  const result = new Map(a)
  for (const [name, amount] of b) {
    const present = result.get(name)
    result.set(name, present === undefined ? amount : combine(present, amount))
  }
  return result
}
