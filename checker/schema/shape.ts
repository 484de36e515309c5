import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { ObjectType, ValueType } from '../../cluster/apiserver/schema/schema.ts'
import { type FieldPath, isMap, type Json } from '../files/located.ts'
import { schemaOf } from './json-schema.ts'

/** Something that does not fit the type of the field where it stands. */
export type ShapeError =
  | { readonly kind: 'unknown'; readonly path: FieldPath; readonly field: string; readonly type: ObjectType }
  | { readonly kind: 'missing'; readonly path: FieldPath; readonly field: string }
  | { readonly kind: 'type'; readonly path: FieldPath; readonly wanted: string; readonly found: Json }
  | { readonly kind: 'enum'; readonly path: FieldPath; readonly allowed: readonly string[]; readonly found: Json }

const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, validateSchema: false })
/**
 * One validator for each type, compiled when it is first met: a Deployment's schema as a whole has 115 types and takes ajv a third
 * of a second, the eight or so that a file uses a few milliseconds.
 */
const validators = new Map<string, ValidateFunction>()

/** Everything in a value that its type does not have or take, in no particular order. */
export function shapeErrors(value: Json, type: ObjectType, path: FieldPath = []): ShapeError[] {
  const validate = validatorOf(type)
  const errors = validate(value) ? [] : (validate.errors ?? []).flatMap((error) => shapeError(error, type, path))
  if (!isMap(value)) return errors
  for (const [name, part] of Object.entries(value)) {
    const field = type.fields.get(name)
    if (field) errors.push(...innerErrors(part, field.type, [...path, name]))
  }
  return errors
}

function innerErrors(value: Json, type: ValueType, path: FieldPath): ShapeError[] {
  if (type.is === 'object') return isMap(value) ? shapeErrors(value, type.type, path) : []
  if (type.is === 'list' && Array.isArray(value)) {
    return value.flatMap((item, index) =>
      // a list of maps is checked item by item, and an empty item is none
      type.items.is === 'object' && item === null
        ? [{ kind: 'type' as const, path: [...path, index], wanted: 'a map', found: item }]
        : innerErrors(item, type.items, [...path, index]),
    )
  }
  if (type.is === 'map' && isMap(value)) {
    return Object.entries(value).flatMap(([key, item]) => innerErrors(item, type.values, [...path, key]))
  }
  return []
}

function validatorOf(type: ObjectType): ValidateFunction {
  let validator = validators.get(type.name)
  if (!validator) {
    validator = ajv.compile(schemaOf(type))
    validators.set(type.name, validator)
  }
  return validator
}

function shapeError(error: ErrorObject, type: ObjectType, path: FieldPath): ShapeError[] {
  const at = [...path, ...pointer(error.instancePath)]
  const schema = error.parentSchema as { readonly title?: string; readonly enum?: readonly string[] } | undefined
  switch (error.keyword) {
    case 'additionalProperties':
      return [{ kind: 'unknown', path, field: String(error.params.additionalProperty), type }]
    case 'required':
      return [{ kind: 'missing', path, field: String(error.params.missingProperty) }]
    case 'type':
      return [{ kind: 'type', path: at, wanted: schema?.title ?? String(error.params.type), found: error.data as Json }]
    case 'enum':
      // a number where a word is wanted is reported once, as a wrong type
      if (typeof error.data !== 'string') return []
      return [{ kind: 'enum', path: at, allowed: (schema?.enum ?? []).filter((word) => word), found: error.data }]
    default:
      return []
  }
}

/** A JSON pointer in steps; digits mean an item of a list, as types have no numbers for names and maps are read elsewhere. */
function pointer(text: string): FieldPath {
  return text
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step))
}
