import type { ReplicaSet } from '../../apimachinery/objects.ts'
import type { FieldError } from './field-error.ts'
import { validateImmutable } from './immutable.ts'
import { printedSelector } from './labels.ts'
import { nonNegative } from './numbers.ts'
import { validateSelectorAndTemplate } from './pod-template.ts'
import { validateReplicaCounts } from './replicas-status.ts'

export function validateReplicaSet({ spec }: ReplicaSet): FieldError[] {
  return [
    ...nonNegative(spec.replicas, 'spec.replicas'),
    ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateSelectorAndTemplate(spec.selector, spec.template ?? {}, 'spec'),
  ]
}

export function validateReplicaSetUpdate(next: ReplicaSet, last: ReplicaSet): FieldError[] {
  const { selector } = next.spec
  const shown = selector && printedSelector(selector)
  return [...validateReplicaSet(next), ...validateImmutable(selector, last.spec.selector, 'spec.selector', shown)]
}

const PARTS = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']
const COUNTS = ['replicas', ...PARTS, 'observedGeneration']

export function validateReplicaSetStatus(next: ReplicaSet): FieldError[] {
  return validateReplicaCounts(next.status, COUNTS, PARTS)
}
