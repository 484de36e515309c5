import type { StatusCause } from '../../apimachinery/objects.ts'

/** The types of k8s.io/apimachinery/pkg/util/validation/field, by the reason that a Status cause carries. */
export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'InternalError'

/** One thing that is wrong with one field: what a 422 lists and what the checker points at in a file. */
export interface FieldError {
  readonly type: FieldErrorType
  /** As Kubernetes writes it: `spec.template.spec.containers[0].image`. */
  readonly field: string
  /** `Invalid value: "x": must be …`, the whole text after the field. */
  readonly message: string
}

export function causeOf({ type, field, message }: FieldError): StatusCause {
  return { reason: type, message, field }
}
