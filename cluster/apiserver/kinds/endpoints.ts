import { kind } from './kind.ts'

export const endpoints = kind({
  kind: 'v1 Endpoints',
  validate: () => [],
  cells: (object) => [object.metadata.name, '', ''],
})
