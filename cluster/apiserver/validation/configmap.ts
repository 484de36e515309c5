import { isDeepStrictEqual } from 'node:util'
import type { ConfigMap } from '../../apimachinery/objects.ts'
import { eachInvalid, forbidden, invalid, tooLong } from './field.ts'
import type { FieldError } from './field-error.ts'
import { configMapKey } from './names.ts'

/** Bytes of all values together, for ConfigMaps and Secrets alike. */
export const MAX_DATA = 1024 * 1024
export const IMMUTABLE_SET = 'field is immutable when `immutable` is set'

export function validateConfigMap({ data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const errors: FieldError[] = []
  let size = 0
  for (const [key, value] of Object.entries(data)) {
    errors.push(...eachInvalid(`data[${key}]`, key, configMapKey(key)))
    if (key in binaryData) errors.push(invalid(`data[${key}]`, key, `duplicate of key present in binaryData`))
    size += Buffer.byteLength(value)
  }
  for (const [key, value] of Object.entries(binaryData)) {
    errors.push(...eachInvalid(`binaryData[${key}]`, key, configMapKey(key)))
    size += Buffer.byteLength(value, 'base64')
  }
  // Kubernetes names no field here: an empty path prints as `[]`.
  if (size > MAX_DATA) errors.push(tooLong('[]', MAX_DATA))
  return errors
}

export function validateConfigMapUpdate(next: ConfigMap, last: ConfigMap): FieldError[] {
  const errors: FieldError[] = []
  if (last.immutable) {
    if (!next.immutable) errors.push(forbidden('immutable', IMMUTABLE_SET))
    for (const field of ['data', 'binaryData'] as const) {
      if (!isDeepStrictEqual(next[field] ?? {}, last[field] ?? {})) errors.push(forbidden(field, IMMUTABLE_SET))
    }
  }
  return [...errors, ...validateConfigMap(next)]
}
