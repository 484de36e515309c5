import { wholeName } from '../../cluster/kubelet/images/image-name.ts'
import { counted } from '../messages/counted.ts'
import type { Probe, Reference } from './live.ts'
import { missed, passed } from './outcome.ts'
import { podsOf } from './pods-of.ts'

/** The first container of every pod runs this image; `docker.io/library/` and a missing `:latest` are read as kubelets read them. */
export function runsImage(reference: Reference, wanted: string): Probe {
  return async (live) => {
    const pods = await podsOf(live, reference)
    if (pods.length === 0) return missed('live-no-pods', { what: reference })
    const other = pods
      .map(({ spec }) => spec.containers[0]?.image ?? '')
      .find((image) => wholeName(image) !== wholeName(wanted))
    if (other === undefined) return passed(counted(pods.length, 'pod'))
    return missed('live-image', { what: reference, found: other, wanted })
  }
}
