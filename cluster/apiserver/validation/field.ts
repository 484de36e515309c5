import type { FieldError, FieldErrorType } from './field-error.ts'

/**
 * The constructors of k8s.io/apimachinery/pkg/util/validation/field, in its words. Paths are texts: `spec.ports[0].name`.
 */
export function required(field: string, detail = ''): FieldError {
  return error('FieldValueRequired', field, 'Required value', detail)
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return error('FieldValueInvalid', field, `Invalid value: ${printed(value)}`, detail)
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = `supported values: ${supported.map((each) => JSON.stringify(each)).join(', ')}`
  return error(
    'FieldValueNotSupported',
    field,
    `Unsupported value: ${printed(value)}`,
    supported.length > 0 ? list : '',
  )
}

export function duplicate(field: string, value: unknown): FieldError {
  return error('FieldValueDuplicate', field, `Duplicate value: ${printed(value)}`, '')
}

export function forbidden(field: string, detail: string): FieldError {
  return error('FieldValueForbidden', field, 'Forbidden', detail)
}

export function notFound(field: string, value: unknown, detail = ''): FieldError {
  return error('FieldValueNotFound', field, `Not found: ${printed(value)}`, detail)
}

export function tooLong(field: string, bytes: number): FieldError {
  return error('FieldValueTooLong', field, 'Too long', `may not be more than ${bytes} bytes`)
}

export function tooMany(field: string, found: number, atMost: number): FieldError {
  return error('FieldValueTooMany', field, `Too many: ${found}`, `must have at most ${atMost} items`)
}

/** One Invalid error for each message that a check of a text gave. */
export function eachInvalid(field: string, value: unknown, messages: readonly string[]): FieldError[] {
  return messages.map((message) => invalid(field, value, message))
}

/** The path of a field in a parent; the parent `''` is the object itself. */
export function child(parent: string, field: string): string {
  return parent === '' ? field : `${parent}.${field}`
}

/** As Go prints it: text quoted, a missing pointer `null`, structs and lists as JSON. */
function printed(value: unknown): string {
  if (value === undefined) return 'null'
  return JSON.stringify(value)
}

function error(type: FieldErrorType, field: string, what: string, detail: string): FieldError {
  return { type, field, message: detail === '' ? what : `${what}: ${detail}` }
}
