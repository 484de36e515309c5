import { isDeepStrictEqual } from 'node:util'
import type { Pod } from '../../apimachinery/objects.ts'
import { over } from '../status/pod-status.ts'

/** Whether a newer state of a pod asks for work. A status that was told, by this kubelet most often, does not. */
export function isToBeSynced(last: Pod, next: Pod): boolean {
  const asked = ({ metadata, spec, status }: Pod) => [
    spec,
    metadata.labels,
    metadata.annotations,
    metadata.deletionTimestamp,
    metadata.deletionGracePeriodSeconds,
    over(status.phase),
  ]
  return !isDeepStrictEqual(asked(last), asked(next))
}
