import { kind } from './kind.ts'

export const configMap = kind({
  kind: 'v1 ConfigMap',
  validate: () => [],
  cells: (object) => [object.metadata.name, '', ''],
})
