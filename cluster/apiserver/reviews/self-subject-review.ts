import { timestamp } from '../../apimachinery/clock.ts'
import { discoveredOf } from '../resource.ts'
import type { Review } from './review.ts'

/** Who am I? `kubectl auth whoami` asks it. Whatever was sent, only the answer comes back. */
export const selfSubjectReview: Review = {
  ...discoveredOf('authentication.k8s.io/v1 SelfSubjectReview'),
  answer: (_, { username, groups }, now) => ({
    metadata: { creationTimestamp: timestamp(now) },
    status: { userInfo: { username, groups } },
  }),
}
