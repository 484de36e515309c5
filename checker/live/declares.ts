import { formatPath, parsePath } from '../files/located.ts'
import { type Live, type Probe, type Reference, refer } from './live.ts'
import { missed, passed } from './outcome.ts'

/**
 * A field of the living object, with the server's defaults in it, is as asked. For what cannot be tried out in reasonable time; what can
 * be is tried. `wanted` says in words what is asked for.
 */
export function declares(
  reference: Reference,
  field: string,
  wanted: string,
  holds: (value: unknown, live: Live) => boolean,
): Probe {
  return async (live) => {
    const { kind, name } = refer(reference)
    const object = await live.objects.get(kind, live.namespace, name)
    if (!object) return missed('live-absent', { what: reference, namespace: live.namespace })
    const path = parsePath(field)
    let value: unknown = object
    for (const step of path) value = (value as Record<string | number, unknown> | undefined)?.[step]
    const found = value === undefined ? 'not set' : JSON.stringify(value)
    const last = formatPath(path.slice(-1))
    return holds(value, live)
      ? passed(`${last}: ${found}`)
      : missed('live-field', { what: reference, field, found, wanted })
  }
}
