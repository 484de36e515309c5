import { kind } from './kind.ts'

export const node = kind({
  kind: 'v1 Node',
  subresources: ['status'],
  validate: () => [],
  cells: (object) => [object.metadata.name, '', '', '', '', '', '', '', '', ''],
})
