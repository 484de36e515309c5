import { kind } from './kind.ts'

export const replicaSet = kind({
  kind: 'apps/v1 ReplicaSet',
  subresources: ['status', 'scale'],
  generation: true,
  validate: () => [],
  cells: (object) => [object.metadata.name, '', '', '', '', '', '', ''],
})
