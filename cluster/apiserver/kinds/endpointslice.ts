import { kind } from './kind.ts'

export const endpointSlice = kind({
  kind: 'discovery.k8s.io/v1 EndpointSlice',
  generation: true,
  validate: () => [],
  cells: (object) => [object.metadata.name, '', '', '', ''],
})
