import { type FieldPath, formatPath, parsePath } from '../files/located.ts'
import { type Live, type Probe, type Reference, refer } from './live.ts'
import { absent, missed, passed } from './outcome.ts'

/**
 * A field of the living object, with the server's defaults in it, is as asked. For what cannot be tried out in reasonable time; what can
 * be is tried. `wanted` says in words what is asked for. `containers[*].name` is the list of all containers' names.
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
    if (!object) return absent(live, reference)
    const path = parsePath(field)
    const value = valueAt(object, path)
    const found = shown(value)
    const last = formatPath(path.filter((step) => step !== '*').slice(-1))
    if (!holds(value, live)) return missed('live-field', { what: reference, field, found, wanted })
    // a label is left on the object when a command put it there, and is not the answer for all that
    const own = live.manifests.find((manifest) => kind.endsWith(` ${manifest.kind}`) && manifest.name === name)
    if (own && path[0] === 'metadata' && own.at(path) === undefined)
      return missed('live-field', { what: reference, field, found: `${found} by a command, and in no file`, wanted })
    return passed(`${last}: ${found}`)
  }
}

/** More of a value than this says nothing more. Characters. */
const MOST_SHOWN = 120

/** As it stands in the manifest; a list of one container's settings as the settings. */
function shown(value: unknown): string {
  const [only, ...others] = Array.isArray(value) ? value : [value]
  const one = others.length === 0 && (only === undefined || typeof only === 'object') ? only : value
  if (one === undefined || one === null || (typeof one === 'object' && Object.keys(one).length === 0)) return 'not set'
  const text = JSON.stringify(one)
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text
}

function valueAt(value: unknown, [step, ...rest]: FieldPath): unknown {
  if (step === undefined || value === undefined || value === null) return value ?? undefined
  if (step !== '*') return valueAt((value as Record<string | number, unknown>)[step], rest)
  return Array.isArray(value) ? value.flatMap((item) => valueAt(item, rest) ?? []) : undefined
}
