import { failure } from '../../apimachinery/errors.ts'
import { discoveredOf } from '../resource.ts'
import { causeOf } from '../validation/field-error.ts'
import type { Review } from './review.ts'

interface Spec {
  readonly resourceAttributes?: object
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string }
}

/** May I? `kubectl auth can-i` asks it. Without roles, the one user who gets here may do everything. */
export const selfSubjectAccessReview: Review = {
  ...discoveredOf('authorization.k8s.io/v1 SelfSubjectAccessReview'),
  answer({ spec = {} }) {
    const { resourceAttributes, nonResourceAttributes } = spec as Spec
    if (resourceAttributes && nonResourceAttributes) {
      const { path: Path = '', verb: Verb = '' } = nonResourceAttributes
      const value = JSON.stringify({ Path, Verb })
      throw invalid('nonResourceAttributes', `${value}: cannot be specified in combination with resourceAttributes`)
    }
    if (!resourceAttributes && !nonResourceAttributes) {
      const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
      throw invalid('resourceAttributes', `null: ${why}`)
    }
    return { metadata: {}, spec, status: { allowed: true } }
  },
}

/** As kube-apiserver says it, without the kind. */
function invalid(name: string, what: string) {
  const error = { type: 'FieldValueInvalid', field: `spec.${name}`, message: `Invalid value: ${what}` } as const
  const group = selfSubjectAccessReview.group
  const message = `.${group} "" is invalid: ${error.field}: ${error.message}`
  return failure(422, 'Invalid', message, { group, causes: [causeOf(error)] })
}
