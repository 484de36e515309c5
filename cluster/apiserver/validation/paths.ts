import { invalid } from './field.ts'
import type { FieldError } from './field-error.ts'

/** No part of the path may be `..`. */
export function noBacksteps(path: string, field: string): FieldError[] {
  return path.split('/').includes('..') ? [invalid(field, path, "must not contain '..'")] : []
}

/** A relative path that stays below where it starts. */
export function localDescending(path: string, field: string): FieldError[] {
  const errors = path.startsWith('/') ? [invalid(field, path, 'must be a relative path')] : []
  return [...errors, ...noBacksteps(path, field)]
}

/** The path of a projected file: `..data` and its like belong to the kubelet. */
export function localNonReserved(path: string, field: string): FieldError[] {
  const errors = localDescending(path, field)
  if (path.startsWith('..') && !path.startsWith('../')) errors.push(invalid(field, path, "must not start with '..'"))
  return errors
}

export function fileMode(mode: number | undefined, field: string): FieldError[] {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return []
  return [invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
}
