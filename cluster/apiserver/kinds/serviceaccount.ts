import { kind } from './kind.ts'

export const serviceAccount = kind({
  kind: 'v1 ServiceAccount',
  validate: () => [],
  cells: (object) => [object.metadata.name, '', ''],
})
