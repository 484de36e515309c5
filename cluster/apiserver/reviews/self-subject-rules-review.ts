import { badRequest } from '../registry/refusals.ts'
import { discoveredOf } from '../resource.ts'
import type { Review } from './review.ts'

/** All that I may? `kubectl auth can-i --list` asks it: everything, for the one user who gets here. */
export const selfSubjectRulesReview: Review = {
  ...discoveredOf('authorization.k8s.io/v1 SelfSubjectRulesReview'),
  answer({ spec = {} }) {
    if (!(spec as { namespace?: string }).namespace) throw badRequest('no namespace on request')
    const resourceRules = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]
    const nonResourceRules = [{ verbs: ['*'], nonResourceURLs: ['*'] }]
    return { metadata: {}, spec: {}, status: { resourceRules, nonResourceRules, incomplete: false } }
  },
}
