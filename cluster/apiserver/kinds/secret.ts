import { kind } from './kind.ts'

export const secret = kind({
  kind: 'v1 Secret',
  validate: () => [],
  cells: (object) => [object.metadata.name, '', '', ''],
})
