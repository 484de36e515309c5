import { type ApiError, failure } from '../../apimachinery/errors.ts'

/** What an admission plugin answers: `pods "p" is forbidden: …`. */
export function forbiddenByAdmission(resource: string, name: string, why: string): ApiError {
  const details = { ...(name && { name }), kind: resource }
  return failure(403, 'Forbidden', `${resource} ${JSON.stringify(name)} is forbidden: ${why}`, details)
}
