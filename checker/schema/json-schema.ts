/**
 * JSON Schemas for ajv, made from the tables of types and facts; nobody types a schema by hand. What is checked here is shape:
 * which fields there are, of which type, and which words an enum takes. What must be there, and what fits together, is said by the
 * API server's own validation.
 */
import type { FieldType, StructType } from '../../cluster/apiserver/defaults/types.ts'
import { fieldFactsOf } from './field-facts.ts'

/** A JSON Schema with what a finding needs: `title` says in words what is wanted. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/** The schema of one type by itself: what its fields hold is checked with the schema of that type. */
export function schemaOf(type: StructType): JsonSchema {
  const properties: Record<string, JsonSchema> = {}
  const facts = fieldFactsOf(type.name)
  for (const [name, field] of type.fields) properties[name] = fieldSchema(field, facts[name] ?? {})
  if (isKind(type)) Object.assign(properties, KIND)
  return { title: 'a map', type: ['object', 'null'], properties, additionalProperties: false }
}

/** Types that are kinds have these two beside their fields. */
const KIND = { apiVersion: scalar('string', 'a text'), kind: scalar('string', 'a text') }

function isKind(type: StructType): boolean {
  return type.fields.has('metadata')
}

function fieldSchema(
  field: FieldType,
  facts: { readonly enum?: readonly string[]; readonly items?: { readonly enum?: readonly string[] } },
): JsonSchema {
  if (field.list) return { title: 'a list', type: ['array', 'null'], items: single(field, facts.items?.enum) }
  if (field.map) return { title: 'a map', type: ['object', 'null'], additionalProperties: single(field) }
  return single(field, facts.enum)
}

function single({ struct, base }: FieldType, words?: readonly string[]): JsonSchema {
  if (struct) return MAP
  const plain = SCALARS[base] ?? {}
  // an empty text is absent to Kubernetes
  return words ? { ...plain, enum: [...words, '', null] } : plain
}

function scalar(type: string | readonly string[], title: string): JsonSchema {
  return { title, type: [...[type].flat(), 'null'] }
}

const MAP: JsonSchema = { title: 'a map', type: ['object', 'null'] }

const SCALARS: Readonly<Record<string, JsonSchema>> = {
  string: scalar('string', 'a text'),
  bool: scalar('boolean', 'true or false'),
  int32: scalar('integer', 'a whole number'),
  int64: scalar('integer', 'a whole number'),
  double: scalar('number', 'a number'),
  bytes: scalar('string', 'a text in base64'),
  time: scalar('string', 'a time'),
  microTime: scalar('string', 'a time'),
  duration: scalar('string', 'a duration'),
  quantity: scalar(['string', 'number'], 'a quantity such as "500m" or "64Mi"'),
  intOrString: scalar(['string', 'integer'], 'a number or a name'),
  stringList: { title: 'a list', type: ['array', 'null'], items: scalar('string', 'a text') },
}
