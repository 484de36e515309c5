import { isDeepStrictEqual } from 'node:util'
import type { EndpointSlice } from '../../apimachinery/objects.ts'
import { validateEndpointSlice, validateEndpointSliceUpdate } from '../validation/endpoints.ts'
import { age } from './cells.ts'
import { kind } from './kind.ts'

const SHOWN = 3

export const endpointSlice = kind({
  kind: 'discovery.k8s.io/v1 EndpointSlice',
  prepareForCreate(object) {
    object.metadata.generation = 1
  },
  prepareForUpdate(next, last) {
    const before = last.metadata.generation ?? 0
    const same = (['endpoints', 'ports', 'addressType'] as const).every((field) =>
      isDeepStrictEqual(next[field], last[field]),
    )
    const labels = isDeepStrictEqual(next.metadata.labels ?? {}, last.metadata.labels ?? {})
    next.metadata.generation = same && labels ? before : before + 1
  },
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
  cells: (object, now) => [
    object.metadata.name,
    object.addressType,
    portsCell(object),
    endpointsCell(object),
    age(object.metadata.creationTimestamp, now),
  ],
})

function portsCell({ ports }: EndpointSlice): string {
  if (!ports?.length) return '<unset>'
  return firstFew(ports.map(({ port, name }) => (port === undefined ? (name ?? '*') : String(port))))
}

function endpointsCell({ endpoints }: EndpointSlice): string {
  return firstFew((endpoints ?? []).flatMap(({ addresses }) => addresses))
}

function firstFew(items: readonly string[]): string {
  if (items.length === 0) return '<unset>'
  const shown = items.slice(0, SHOWN).join(',')
  return items.length > SHOWN ? `${shown} + ${items.length - SHOWN} more...` : shown
}
