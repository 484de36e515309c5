import { isMap, type Json, type JsonMap } from '../files/located.ts'

/** The annotation in which `kubectl apply` keeps what the file said. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** The object as it is sent: with its namespace, and with itself in the annotation, byte for byte as kubectl writes it. */
export function withLastApplied(object: JsonMap, namespace: string | undefined): JsonMap {
  const metadata = isMap(object.metadata) ? object.metadata : {}
  const { [LAST_APPLIED]: _, ...annotations } = isMap(metadata.annotations) ? metadata.annotations : {}
  const bare: JsonMap = {
    ...object,
    metadata: { ...metadata, annotations, ...(namespace !== undefined && { namespace }) },
  }
  const text = `${JSON.stringify(sorted(bare))}\n`
  return { ...bare, metadata: { ...(bare.metadata as JsonMap), annotations: { ...annotations, [LAST_APPLIED]: text } } }
}

/** What the last apply said, or undefined when nobody applied it, or the annotation is no object. */
export function lastAppliedOf(live: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
}): JsonMap | undefined {
  const text = live.metadata.annotations?.[LAST_APPLIED]
  if (text === undefined) return undefined
  try {
    const parsed = JSON.parse(text) as Json
    return isMap(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** Keys in the order in which Go writes a map. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isMap(value)) return value
  const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : 1))
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] as Json)]))
}
