import { invalid } from '../validation/field.ts'
import { dns1123Label } from '../validation/names.ts'
import { age } from './cells.ts'
import { keepAllButStatus } from './keep-spec.ts'
import { kind } from './kind.ts'

/** Held until everything in the namespace is gone; the namespace controller takes it away by `/finalize`. */
const FINALIZER = 'kubernetes'

export const namespace = kind({
  kind: 'v1 Namespace',
  subresources: ['status', 'finalize'],
  checkName: dns1123Label,

  prepareForCreate(object) {
    const others = (object.spec.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER)
    object.spec = { finalizers: [...others, FINALIZER] }
    object.status = { phase: 'Active' }
  },
  prepareForUpdate(next, last) {
    if (last.spec.finalizers) next.spec = { finalizers: [...last.spec.finalizers] }
    else next.spec = {}
  },
  prepareForStatusUpdate: keepAllButStatus,

  validate: () => [],
  validateStatusUpdate({ metadata, status }) {
    if (metadata.deletionTimestamp) {
      return status.phase === 'Active'
        ? [invalid('status.Phase', status.phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")]
        : []
    }
    if (status.phase !== 'Terminating') return []
    return [invalid('status.Phase', status.phase, "may only be 'Active' if `deletionTimestamp` is empty")]
  },

  selectableFields: ({ status }) => ({ 'status.phase': status.phase ?? '', name: '' }),
  cells: ({ metadata, status }, now) => [metadata.name, status.phase ?? '', age(metadata.creationTimestamp, now)],
})
