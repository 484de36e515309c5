import { validateLease } from '../validation/lease.ts'
import { age } from './cells.ts'
import { kind } from './kind.ts'

export const lease = kind({
  kind: 'coordination.k8s.io/v1 Lease',
  validate: validateLease,
  cells: ({ metadata, spec }, now) => [metadata.name, spec?.holderIdentity ?? '', age(metadata.creationTimestamp, now)],
})
