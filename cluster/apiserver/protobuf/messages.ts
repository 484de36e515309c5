import facts from '../facts/protobuf.json' with { type: 'json' }

/** A message of Kubernetes' API by the numbers of its fields. `facts/protobuf.json` was made from generated.proto and Go's tags. */
export interface MessageType {
  /** `ConfigMap`: as errors name it. */
  readonly name: string
  readonly fields: ReadonlyMap<number, WireField>
}

export interface WireField {
  /** The field's name in JSON. */
  readonly name: string
  /** A scalar's name or a message's long one. */
  readonly type: string
  readonly repeated: boolean
  /** With string keys; `type` is the values'. */
  readonly map: boolean
  /** Zero and absent differ. */
  readonly pointer: boolean
  /** A message of its own on the wire, whose fields lie in the parent in JSON. */
  readonly inline: boolean
}

interface FieldFacts extends Partial<Omit<WireField, 'name' | 'type'>> {
  readonly number: number
  readonly type: string
}

const kinds = facts.kinds as Readonly<Record<string, string>>
const messages = facts.messages as Readonly<Record<string, Readonly<Record<string, FieldFacts>>>>
const special = facts.special as Readonly<Record<string, string>>
const compiled = new Map<string, MessageType>()

export const ENVELOPE = facts.envelope.message
/** What an object's bytes begin with. */
export const MAGIC = Buffer.from(facts.envelope.magicHex, 'hex')

/** The message of a kind, `apps/v1 Deployment`; undefined for one that has none. */
export function messageOfKind(kind: string): MessageType | undefined {
  return Object.hasOwn(kinds, kind) ? messageNamed(kinds[kind] as string) : undefined
}

/** A message by its long name; undefined for a scalar. */
export function messageNamed(name: string): MessageType | undefined {
  const known = compiled.get(name)
  if (known) return known
  const declared = messages[name]
  if (!declared) return undefined
  const fields = new Map<number, WireField>()
  for (const [field, { number, type, ...flags }] of Object.entries(declared)) {
    fields.set(number, { name: field, type, repeated: false, map: false, pointer: false, inline: false, ...flags })
  }
  const message = { name: shortName(name), fields }
  compiled.set(name, message)
  return message
}

/** The form of a message whose JSON is not an object of its fields: `time`, `quantity`, …; undefined for any other. */
export function formOf(name: string): string | undefined {
  return special[name]
}

/** `ConfigMap` of `k8s.io.api.core.v1.ConfigMap` */
export function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
