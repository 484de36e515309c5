import { type ApiError, failure } from '../../apimachinery/errors.ts'
import type { Resource } from '../resource.ts'

/** The answers of k8s.io/apimachinery/pkg/api/errors, word for word. */

type Named = Pick<Resource, 'group' | 'plural' | 'qualified'>

function details({ group, plural }: Named, name: string) {
  return { ...(name && { name }), ...(group && { group }), kind: plural }
}

export function notFound(resource: Named, name: string): ApiError {
  return failure(404, 'NotFound', `${resource.qualified} "${name}" not found`, details(resource, name))
}

export function alreadyExists(resource: Named, name: string): ApiError {
  return failure(409, 'AlreadyExists', `${resource.qualified} "${name}" already exists`, details(resource, name))
}

/** `uid`-conflicts carry the uid, others do not. */
export function conflict(resource: Named, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${resource.qualified} "${name}": ${why}`
  return failure(409, 'Conflict', message, details(resource, name))
}

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again'

export function forbidden(resource: Named, name: string, why: string, causes?: readonly object[]): ApiError {
  const what = name ? `${resource.qualified} "${name}"` : resource.qualified
  return failure(403, 'Forbidden', `${what} is forbidden: ${why}`, {
    ...details(resource, name),
    ...(causes && { causes }),
  })
}

export function badRequest(message: string): ApiError {
  return failure(400, 'BadRequest', message)
}

/** 500 with the bare text, as an error without a status of its own is answered. */
export function plainError(message: string, code = 500): ApiError {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code }
  return Object.assign(failure(code, '', message), { status })
}

export function methodNotAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource'
  return failure(405, 'MethodNotAllowed', message, {})
}

export function notAllowedOn(resource: Named, action: string): ApiError {
  return failure(405, 'MethodNotAllowed', `${action} is not supported on resources of kind "${resource.qualified}"`, {
    ...(resource.group && { group: resource.group }),
    kind: resource.plural,
  })
}

export function expired(message: string, code = 410): ApiError {
  return failure(code, 'Expired', message)
}

export function tooLargeResourceVersion(asked: number, current: number): ApiError {
  return failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
}
