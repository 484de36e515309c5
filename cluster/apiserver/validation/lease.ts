import type { Lease } from '../../apimachinery/objects.ts'
import { invalid } from './field.ts'
import type { FieldError } from './field-error.ts'
import { nonNegative } from './numbers.ts'

export function validateLease({ spec = {} }: Lease): FieldError[] {
  const { leaseDurationSeconds, leaseTransitions } = spec
  const errors: FieldError[] = []
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0) {
    errors.push(invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0'))
  }
  return [...errors, ...nonNegative(leaseTransitions, 'spec.leaseTransitions')]
}
