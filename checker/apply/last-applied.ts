import { goJson } from '../files/go-json.ts'
import { isMap, type JsonMap } from '../files/located.ts'

/** The annotation in which `kubectl apply` keeps what the file said. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

interface Annotated {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
}

/** The object as it is sent: with its namespace, and with itself in the annotation, byte for byte as kubectl writes it. */
export function withLastApplied<Sent extends object>(object: Sent, namespace: string | undefined): Sent & Annotated {
  const { metadata } = object as { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } }
  const { [LAST_APPLIED]: _, ...annotations } = metadata?.annotations ?? {}
  const bare = { ...object, metadata: { ...metadata, annotations, ...(namespace !== undefined && { namespace }) } }
  const text = `${goJson(bare)}\n`
  return { ...bare, metadata: { ...bare.metadata, annotations: { ...annotations, [LAST_APPLIED]: text } } }
}

/** What the last apply said, or undefined when nobody applied it, or the annotation is no object. */
export function lastAppliedOf(live: Annotated): JsonMap | undefined {
  const text = live.metadata.annotations?.[LAST_APPLIED]
  if (text === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    return isMap(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}
