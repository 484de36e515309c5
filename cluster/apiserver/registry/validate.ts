import type { ApiError } from '../../apimachinery/errors.ts'
import type { AnyObject } from '../../apimachinery/objects.ts'
import type { Resource } from '../resource.ts'
import { invalidObject } from '../validation/invalid.ts'
import { validate } from '../validation/validate.ts'
import type { Call } from './call.ts'

/** Kinds whose updates must say which version they replace. */
const VERSION_REQUIRED: ReadonlySet<string> = new Set(['coordination.k8s.io/v1 Lease'])

export function unconditionalUpdate({ name }: Resource): boolean {
  return !VERSION_REQUIRED.has(name)
}

export function versionRequired({ group, plural }: Resource, name: string): ApiError {
  const message = 'Invalid value: 0: must be specified for an update'
  return invalidObject(group, plural, name, [{ type: 'FieldValueInvalid', field: 'metadata.resourceVersion', message }])
}

/** Throws Invalid with everything that is wrong with a new object; tells its warnings. */
export function validateNew({ resource, warn }: Call, object: AnyObject): void {
  const { group, kind, name, declaration } = resource
  const errors = validate(name, object)
  if (errors.length > 0) throw invalidObject(group, kind, object.metadata.name ?? '', errors)
  for (const text of declaration.warnings?.(object as never) ?? []) warn(text)
}

/** The same for an object that replaces another, or for its status. */
export function validateNext({ resource, subresource, warn }: Call, next: AnyObject, last: AnyObject): void {
  const { group, kind, name, declaration } = resource
  const part = subresource === 'status' ? 'status' : undefined
  const errors = validate(name, next, { last, subresource: part })
  if (errors.length > 0) throw invalidObject(group, kind, next.metadata.name, errors)
  if (part) return
  for (const text of declaration.warnings?.(next as never, last as never) ?? []) warn(text)
}
