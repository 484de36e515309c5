import { kind } from './kind.ts'

export const lease = kind({
  kind: 'coordination.k8s.io/v1 Lease',
  validate: () => [],
  cells: (object) => [object.metadata.name, '', ''],
})
