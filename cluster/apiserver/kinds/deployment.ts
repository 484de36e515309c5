import { kind } from './kind.ts'

export const deployment = kind({
  kind: 'apps/v1 Deployment',
  subresources: ['status', 'scale'],
  generation: true,
  validate: () => [],
  cells: (object) => [object.metadata.name, '', '', '', '', '', '', ''],
})
