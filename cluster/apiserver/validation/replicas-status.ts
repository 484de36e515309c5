import { invalid } from './field.ts'
import type { FieldError } from './field-error.ts'
import { nonNegative } from './numbers.ts'

type Counts = Readonly<Record<string, unknown>>

/** Counts of a Deployment's or ReplicaSet's status: none negative, none above `replicas`. `parts` in Kubernetes' order. */
export function validateReplicaCounts(
  status: object | undefined,
  fields: readonly string[],
  parts: readonly string[],
): FieldError[] {
  const counts = (status ?? {}) as Counts
  const count = (field: string) => (typeof counts[field] === 'number' ? (counts[field] as number) : 0)
  const errors = fields.flatMap((field) => nonNegative(count(field), `status.${field}`))
  for (const part of parts) {
    if (count(part) <= count('replicas')) continue
    errors.push(invalid(`status.${part}`, count(part), 'cannot be greater than status.replicas'))
  }
  if (count('availableReplicas') > count('readyReplicas')) {
    errors.push(invalid('status.availableReplicas', count('availableReplicas'), 'cannot be greater than readyReplicas'))
  }
  return errors
}
