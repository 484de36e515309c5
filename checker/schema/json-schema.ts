/**
 * JSON Schemas for ajv, made from the field tables (client-node's models and the facts); nobody types a schema by hand. What is
 * checked is shape: which fields there are, of which type, which must be there, which words an enum takes.
 */
import type { Field, ObjectType, ValueType } from '../../cluster/apiserver/schema/schema.ts'

/** A JSON Schema; `title` says in words what is wanted. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/** The schema of one type by itself: what its fields hold is checked with the schema of their own type. */
export function schemaOf(type: ObjectType): JsonSchema {
  const properties: Record<string, JsonSchema> = {}
  const required: string[] = []
  for (const [name, field] of type.fields) {
    properties[name] = fieldSchema(field)
    if (field.required) required.push(name)
  }
  return { ...MAP, properties, required, additionalProperties: false }
}

function fieldSchema({ type, enum: words }: Field): JsonSchema {
  const schema = valueSchema(type)
  // an empty text is absent to Kubernetes
  return words ? { ...schema, enum: [...words, '', null] } : schema
}

function valueSchema(type: ValueType): JsonSchema {
  switch (type.is) {
    case 'object':
      return MAP
    case 'list':
      return { title: 'a list', type: ['array', 'null'], items: valueSchema(type.items) }
    case 'map':
      return { title: 'a map', type: ['object', 'null'], additionalProperties: valueSchema(type.values) }
    case 'scalar':
      return (type.format !== undefined && FORMATS[type.format]) || (SCALARS[type.scalar] ?? {})
  }
}

const MAP: JsonSchema = { title: 'a map', type: ['object', 'null'] }

function scalar(title: string, ...types: string[]): JsonSchema {
  return { title, type: [...types, 'null'] }
}

/** null is absent to Kubernetes. */
const SCALARS: Readonly<Record<string, JsonSchema>> = {
  string: scalar('a text', 'string'),
  integer: scalar('a whole number', 'integer'),
  number: scalar('a number', 'number'),
  boolean: scalar('true or false', 'boolean'),
}

const FORMATS: Readonly<Record<string, JsonSchema>> = {
  int32: scalar('a whole number', 'integer'),
  int64: scalar('a whole number', 'integer'),
  quantity: scalar('a quantity such as "500m" or "64Mi"', 'string', 'number'),
  'int-or-string': scalar('a number or a name', 'string', 'integer'),
  byte: scalar('a text in base64', 'string'),
}
