import { kind } from './kind.ts'

export const pod = kind({
  kind: 'v1 Pod',
  subresources: ['status', 'log', 'binding', 'proxy'],
  generation: true,
  validate: () => [],
  cells: (object) => [object.metadata.name, '', '', '', '', '', '', '', ''],
})
