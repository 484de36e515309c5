import { kind } from './kind.ts'

export const service = kind({
  kind: 'v1 Service',
  subresources: ['status', 'proxy'],
  validate: () => [],
  cells: (object) => [object.metadata.name, '', '', '', '', '', ''],
})
