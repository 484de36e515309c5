import type { Review } from './review.ts'
import { selfSubjectAccessReview } from './self-subject-access-review.ts'
import { selfSubjectReview } from './self-subject-review.ts'
import { selfSubjectRulesReview } from './self-subject-rules-review.ts'

/** Every review that this server answers. */
export const reviews: readonly Review[] = [selfSubjectReview, selfSubjectAccessReview, selfSubjectRulesReview]

/** By `authentication.k8s.io/v1` and `selfsubjectreviews`. */
export function reviewAt(apiVersion: string, plural: string): Review | undefined {
  return reviews.find((review) => review.apiVersion === apiVersion && review.plural === plural)
}
