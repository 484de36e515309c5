import { type ApiError, failure } from '../../apimachinery/errors.ts'
import { causeOf, type FieldError } from './field-error.ts'

/** The 422 that a server answers with: `Pod "p" is invalid: spec.containers: Required value`, each error as a cause. */
export function invalidObject(group: string, kind: string, name: string, errors: readonly FieldError[]): ApiError {
  // Kubernetes' aggregate says the same thing once in the message; the causes are not thinned.
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))]
  const message = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  return failure(422, 'Invalid', `${kind}${group && `.${group}`} ${JSON.stringify(name)} is invalid: ${message}`, {
    ...(name && { name }),
    ...(group && { group }),
    kind,
    causes: errors.map(causeOf),
  })
}
