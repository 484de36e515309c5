import { eachInvalid, invalid } from './field.ts'
import type { FieldError } from './field-error.ts'
import { percent, portName, portNumber } from './names.ts'

export type IntOrString = number | string

export const NEGATIVE = 'must be greater than or equal to 0'

/** Nothing is wrong with a number that is missing. */
export function nonNegative(value: number | undefined, path: string): FieldError[] {
  return value !== undefined && value < 0 ? [invalid(path, value, NEGATIVE)] : []
}

export function validatePort(port: IntOrString | undefined, path: string): FieldError[] {
  const value = port ?? 0
  return eachInvalid(path, value, typeof value === 'number' ? portNumber(value) : portName(value))
}

/** A number or a percentage that is not negative. */
export function positiveIntOrPercent(value: IntOrString | undefined, path: string): FieldError[] {
  if (typeof value === 'string') return eachInvalid(path, value, percent(value))
  return nonNegative(value, path)
}

/** The number in front of the `%`, or the number. Text that is neither counts as 0, as in Kubernetes. */
export function intOrPercentValue(value: IntOrString | undefined): number {
  if (typeof value !== 'string') return value ?? 0
  return percent(value).length === 0 ? Number.parseInt(value, 10) : 0
}

export function notMoreThan100Percent(value: IntOrString | undefined, path: string): FieldError[] {
  if (typeof value !== 'string' || percent(value).length > 0 || Number.parseInt(value, 10) <= 100) return []
  return [invalid(path, value, 'must not be greater than 100%')]
}
