import { kind } from './kind.ts'

export const event = kind({
  kind: 'v1 Event',
  validate: () => [],
  cells: (object) => [object.metadata.name, '', '', '', '', '', '', '', '', ''],
})
