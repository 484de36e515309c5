import type { Abilities } from './cluster.ts'
import type { Address } from './connect.ts'

/** What can be done on a real cluster beside its API: nothing is ever stopped there. */
export function realAbilities(_address: Address): Abilities {
  return {}
}
