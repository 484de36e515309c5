import goTypes from '../facts/go-types.json' with { type: 'json' }
import facts from '../facts/types.json' with { type: 'json' }

/**
 * The Go types behind the API's JSON: what the server's answers depend on and no schema says. `facts/types.json` was made
 * from the protobuf table (generated.proto and Go struct tags): inline fields lie in their parent, a prefix `*` is a pointer
 * (zero and absent differ), `[]` a list, `{}` a map with string keys, a `!` at the end a field that is printed even when zero.
 */
export interface StructType {
  readonly name: string
  readonly fields: ReadonlyMap<string, FieldType>
  /** The fields that are printed even when zero. */
  readonly always: readonly (readonly [name: string, type: FieldType])[]
}

export interface FieldType {
  /** `string`, `int32`, `quantity`, `time`, …, or the struct's name. */
  readonly base: string
  readonly struct: StructType | undefined
  readonly list: boolean
  readonly map: boolean
  readonly pointer: boolean
  /** The named Go type of the value (`v1.PullPolicy`) where decoding errors show one in place of the base. */
  readonly named: string | undefined
}

const compiled = new Map<string, StructType>()
const types = facts.types as Readonly<Record<string, Readonly<Record<string, string>>>>
const named = goTypes as Readonly<Record<string, Readonly<Record<string, string>>>>
const kinds = facts.kinds as Readonly<Record<string, string>>

/** The type of a kind (`apps/v1 Deployment`), or undefined for one that Kubernetes does not have. */
export function typeOfKind(kind: string): StructType | undefined {
  const name = kinds[kind]
  return name === undefined ? undefined : typeNamed(name)
}

/** A type by its Go name (`PodSpec`), or undefined. Compiled at first use. */
export function typeNamed(name: string): StructType | undefined {
  const known = compiled.get(name)
  if (known) return known
  const declared = types[name]
  if (!declared) return undefined
  const fields = new Map<string, FieldType>()
  const always: [string, FieldType][] = []
  const struct: StructType = { name, fields, always }
  compiled.set(name, struct)
  for (const [field, text] of Object.entries(declared)) {
    const type = fieldType(text, named[name]?.[field])
    fields.set(field, type)
    if (text.endsWith('!')) always.push([field, type])
  }
  return struct
}

function fieldType(text: string, goType: string | undefined): FieldType {
  const [, pointer, shape, base = ''] = /^(\*?)(\[\]|\{\})?([^!]+)!?$/.exec(text) ?? []
  return {
    base,
    list: shape === '[]',
    map: shape === '{}',
    pointer: pointer === '*',
    named: goType === undefined || goType.includes('.') ? goType : `v1.${goType}`,
    // Types hold each other (JSONSchemaProps): looked up when first asked for.
    get struct() {
      return typeNamed(base)
    },
  }
}
