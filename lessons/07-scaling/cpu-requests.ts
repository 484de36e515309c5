import { missed, type Probe, passed, podsOf, type Reference } from '../../checker/lesson/index.ts'
import { Quantity } from '../../cluster/apimachinery/quantity.ts'

/** Each pod, also one that waits, asks for so many thousandths of a processor, all its containers together. */
export function asksForCpu(reference: Reference, { from, to }: { readonly from: number; readonly to: number }): Probe {
  return async (live) => {
    const pods = await podsOf(live, reference)
    if (pods.length === 0) return missed('live-no-pods', { what: reference })
    const asked = pods.map(({ spec }) =>
      spec.containers.reduce(
        (sum, { resources }) => sum.plus(Quantity.parse(resources?.requests?.cpu ?? 0)),
        Quantity.zero,
      ),
    )
    const wrong = asked.find((amount) => amount.milliValue() < from || amount.milliValue() > to)
    if (!wrong) return passed(`${asked[0]} each`)
    const params = {
      what: `each pod of ${reference}`,
      field: 'a cpu request of',
      found: `${wrong}`,
      wanted: `${from}m to ${to}m`,
    }
    return missed('live-field', params)
  }
}
