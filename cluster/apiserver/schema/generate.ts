import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fieldFacts from '../facts/fields.json' with { type: 'json' }
import { readModel } from './model.ts'
import type { StoredField, StoredSchema, StoredValue } from './stored.ts'

interface Facts {
  readonly gvk?: readonly string[]
  readonly mapType?: 'atomic'
  readonly props?: Readonly<Record<string, FieldFacts>>
}

interface FieldFacts {
  readonly enum?: readonly string[]
  readonly listType?: 'atomic' | 'set' | 'map'
  readonly listMapKeys?: readonly string[]
  readonly patchMergeKey?: string
  readonly patchStrategy?: string
  readonly mapType?: 'atomic'
  readonly default?: unknown
  readonly format?: string
  readonly items?: { readonly format?: string; readonly enum?: readonly string[] }
  readonly values?: { readonly format?: string }
}

const FACTS = fieldFacts as unknown as Readonly<Record<string, Facts>>
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.'
/** Models that are values of their own form rather than objects. */
const SPECIAL: Readonly<Record<string, StoredValue>> = {
  Date: { type: 'string', format: 'date-time' },
  V1MicroTime: { type: 'string', format: 'micro-time' },
  IntOrString: { type: 'any', format: 'int-or-string' },
  any: { type: 'any' },
  object: { type: 'any' },
  string: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
}

/** Types by their Kubernetes names, with descriptions apart: they are as large as all the rest and rarely needed. */
export interface Generated {
  readonly schema: StoredSchema
  /** By `io.k8s.api.core.v1.PodSpec` (the type's own) and `io.k8s.api.core.v1.PodSpec/containers`. */
  readonly descriptions: Readonly<Record<string, string>>
}

/** Joins client-node's models with the facts, for every kind that client-node has a model of, and all that they hold. */
export function generateSchema(root: string): Generated {
  const folder = join(root, 'node_modules', '@kubernetes', 'client-node', 'dist', 'gen', 'models')
  const schema: { kinds: Record<string, string>; types: Record<string, Record<string, StoredField>> } = {
    kinds: {},
    types: {},
  }
  const atomic: string[] = []
  const descriptions: Record<string, string> = {}

  /** Adds the model and what it refers to; gives its Kubernetes name. `near` is the type that refers to it. */
  function add(model: string, near: string): string {
    const name = kubernetesName(model, near)
    if (schema.types[name]) return name
    const fields: Record<string, StoredField> = {}
    schema.types[name] = fields
    const facts = FACTS[name]
    if (facts?.mapType) atomic.push(name)
    const { description, properties } = readModel(folder, model)
    if (description) descriptions[name] = description
    for (const property of properties) {
      const known = facts?.props?.[property.name] ?? {}
      fields[property.name] = {
        ...valueTypeOf(property.type, property.format, known, name),
        ...(property.required && { required: true as const }),
        ...(known.enum && { enum: known.enum }),
        ...(known.listType && { listType: known.listType }),
        ...(known.listMapKeys && { listMapKeys: known.listMapKeys }),
        ...(known.patchMergeKey && { patchMergeKey: known.patchMergeKey }),
        ...(known.patchStrategy && { patchStrategy: known.patchStrategy }),
        ...(known.mapType && { mapType: known.mapType }),
        ...(known.default !== undefined && { default: known.default }),
      }
      if (property.description) descriptions[`${name}/${property.name}`] = property.description
    }
    return name
  }

  function valueTypeOf(type: string, format: string, facts: FieldFacts, near: string): StoredValue {
    const list = /^Array<(.+)>$/.exec(type)?.[1]
    if (list) return { list: valueTypeOf(list, '', { ...facts.items }, near) }
    const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1]
    if (map) return { map: valueTypeOf(map, '', { ...facts.values }, near) }
    const special = SPECIAL[type]
    if (!special) return { ref: add(type, near) }
    const settled = facts.format ?? (format || undefined)
    if (type === 'number' && settled !== 'double') return { type: 'integer', ...(settled && { format: settled }) }
    if (!settled || special.format) return special
    return { ...special, format: settled === 'date-time-micro' ? 'micro-time' : settled }
  }

  for (const [name, { gvk = [] }] of Object.entries(FACTS)) {
    if (gvk.length === 0 || name.endsWith('List')) continue
    const model = modelOf(name, folder)
    if (!model) continue
    add(model, name)
    for (const kind of gvk) schema.kinds[kind] = name
  }
  return { schema: { ...schema, atomic }, descriptions }
}

/** `V1PodSpec`, or `CoreV1Event` where several groups have a type of that name; undefined when client-node has neither. */
function modelOf(name: string, folder: string): string | undefined {
  const [, group = '', version = '', short = ''] = /([^.]+)\.(v[^.]+)\.([^.]+)$/.exec(name) ?? []
  const plain = `${capital(version)}${short}`
  return [plain, `${capital(group)}${plain}`].find((model) => existsSync(join(folder, `${model}.d.ts`)))
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** `io.k8s.api.core.v1.PodSpec` of `V1PodSpec`: as the facts name it, else in the package of the type that refers to it. */
function kubernetesName(model: string, near: string): string {
  const [, group = '', version = '', short = ''] = /^([A-Z][a-z]+)?(V\d[a-z0-9]*?)([A-Z].*)$/.exec(model) ?? []
  const end = `.${version.toLowerCase()}.${short}`
  const ends = group ? `.${group.toLowerCase()}${end}` : end
  const neighbour = near.replace(/\.[^.]+$/, `.${short}`)
  const known = Object.keys(FACTS).filter((candidate) => candidate.endsWith(ends))
  if (known.includes(neighbour)) return neighbour
  return known.find((candidate) => candidate.startsWith(META)) ?? known[0] ?? neighbour
}
