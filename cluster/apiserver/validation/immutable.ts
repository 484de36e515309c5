import { isDeepStrictEqual } from 'node:util'
import { invalid } from './field.ts'
import type { FieldError } from './field-error.ts'

export const IMMUTABLE = 'field is immutable'

/** A field that keeps the value it was created with. `shown` is how the new value is printed. */
export function validateImmutable(next: unknown, last: unknown, path: string, shown: unknown = next): FieldError[] {
  return isDeepStrictEqual(next, last) ? [] : [invalid(path, shown, IMMUTABLE)]
}
