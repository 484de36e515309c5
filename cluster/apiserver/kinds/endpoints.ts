import type { Endpoints } from '../../apimachinery/objects.ts'
import { validateEndpointsObject } from '../validation/endpoints.ts'
import { age } from './cells.ts'
import { kind } from './kind.ts'

const SHOWN = 3

export const endpoints = kind({
  kind: 'v1 Endpoints',
  validate: validateEndpointsObject,
  warnings: () => ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
  cells: (object, now) => [object.metadata.name, addresses(object), age(object.metadata.creationTimestamp, now)],
})

function addresses({ subsets = [] }: Endpoints): string {
  const all = subsets.flatMap(({ addresses: list = [], ports = [] }) =>
    ports.length === 0
      ? list.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => list.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`))),
  )
  if (all.length === 0) return '<none>'
  const shown = all.slice(0, SHOWN).join(',')
  return all.length > SHOWN ? `${shown} + ${all.length - SHOWN} more...` : shown
}
