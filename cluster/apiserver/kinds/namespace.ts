import { kind } from './kind.ts'

export const namespace = kind({
  kind: 'v1 Namespace',
  subresources: ['status', 'finalize'],
  validate: () => [],
  cells: (object) => [object.metadata.name, '', ''],
})
