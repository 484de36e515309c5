import type { Deployment } from '../../apimachinery/objects.ts'
import { forbidden, invalid, notSupported, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { validateImmutable } from './immutable.ts'
import { internalForm } from './internal-form.ts'
import { printedSelector } from './labels.ts'
import { intOrPercentValue, nonNegative, notMoreThan100Percent, positiveIntOrPercent } from './numbers.ts'
import { validateSelectorAndTemplate } from './pod-template.ts'
import { validateReplicaCounts } from './replicas-status.ts'

type Strategy = NonNullable<Deployment['spec']['strategy']>
type RollingUpdate = NonNullable<Strategy['rollingUpdate']>

export function validateDeployment({ spec }: Deployment): FieldError[] {
  const { replicas, selector, template, strategy = {}, minReadySeconds = 0, progressDeadlineSeconds } = spec
  const errors = [
    ...nonNegative(replicas, 'spec.replicas'),
    ...validateSelectorAndTemplate(selector, template ?? {}, 'spec'),
    ...validateStrategy(strategy, 'spec.strategy'),
    ...nonNegative(minReadySeconds, 'spec.minReadySeconds'),
    ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ]
  if (progressDeadlineSeconds !== undefined) {
    const at = 'spec.progressDeadlineSeconds'
    errors.push(...nonNegative(progressDeadlineSeconds, at))
    if (progressDeadlineSeconds <= minReadySeconds) {
      errors.push(invalid(at, progressDeadlineSeconds, 'must be greater than minReadySeconds'))
    }
  }
  return errors
}

function validateStrategy(strategy: Strategy, path: string): FieldError[] {
  const { type, rollingUpdate } = strategy
  switch (type) {
    case 'Recreate':
      return rollingUpdate
        ? [forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")]
        : []
    case 'RollingUpdate':
      if (rollingUpdate) return validateRollingUpdate(rollingUpdate, `${path}.rollingUpdate`)
      return [required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil')]
    default:
      return [notSupported(path, internalForm('DeploymentStrategy', strategy), ['Recreate', 'RollingUpdate'])]
  }
}

function validateRollingUpdate({ maxUnavailable, maxSurge }: RollingUpdate, path: string): FieldError[] {
  const errors = [
    ...positiveIntOrPercent(maxUnavailable, `${path}.maxUnavailable`),
    ...positiveIntOrPercent(maxSurge, `${path}.maxSurge`),
  ]
  if (intOrPercentValue(maxUnavailable) === 0 && intOrPercentValue(maxSurge) === 0) {
    errors.push(invalid(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  }
  return [...errors, ...notMoreThan100Percent(maxUnavailable, `${path}.maxUnavailable`)]
}

export function validateDeploymentUpdate(next: Deployment, last: Deployment): FieldError[] {
  const { selector } = next.spec
  const shown = selector && printedSelector(selector)
  return [...validateDeployment(next), ...validateImmutable(selector, last.spec.selector, 'spec.selector', shown)]
}

const COUNTS = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'collisionCount',
]

export function validateDeploymentStatus(next: Deployment): FieldError[] {
  return validateReplicaCounts(next.status, COUNTS, ['updatedReplicas', 'readyReplicas', 'availableReplicas'])
}
