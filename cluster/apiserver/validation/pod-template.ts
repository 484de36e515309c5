import { matchesSelector } from '../../apimachinery/labels.ts'
import type { LabelSelector, PodTemplate } from '../../apimachinery/objects.ts'
import { forbidden, invalid, notSupported, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { printedSelector, validateLabelSelector, validateLabels } from './labels.ts'
import { validateAnnotations } from './object-meta.ts'
import { validatePodSpec } from './pod-spec.ts'

export function validatePodTemplate(template: PodTemplate, path: string): FieldError[] {
  const { metadata, spec } = template
  const errors = validateLabels(metadata?.labels, `${path}.labels`)
  errors.push(...validateAnnotations(metadata?.annotations, `${path}.annotations`))
  errors.push(...validatePodSpec(spec ?? { containers: [] }, `${path}.spec`))
  if ((spec?.ephemeralContainers ?? []).length > 0) {
    errors.push(forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'))
  }
  return errors
}

/** The selector and template of a Deployment or ReplicaSet, which keeps its pods running for ever. */
export function validateSelectorAndTemplate(
  selector: LabelSelector | undefined | null,
  template: PodTemplate,
  path: string,
): FieldError[] {
  const at = `${path}.selector`
  const errors: FieldError[] = []
  let wrong: FieldError[] = []
  if (!selector) errors.push(required(at))
  else {
    wrong = validateLabelSelector(selector, at)
    errors.push(...wrong)
    if (isEmpty(selector)) errors.push(invalid(at, {}, 'empty selector is invalid for deployment'))
  }
  if (selector && wrong.length > 0) return [...errors, invalid(at, printedSelector(selector), 'invalid label selector')]
  const { metadata, spec } = template
  // A selector that is missing matches nothing, an empty one everything.
  if (!selector || (!isEmpty(selector) && !matchesSelector(selector, metadata?.labels))) {
    const detail = '`selector` does not match template `labels`'
    errors.push(invalid(`${path}.template.metadata.labels`, sortedLabels(metadata?.labels), detail))
  }
  errors.push(...validatePodTemplate(template, `${path}.template`))
  const { restartPolicy = '', activeDeadlineSeconds } = spec ?? {}
  if (restartPolicy !== 'Always') {
    errors.push(notSupported(`${path}.template.spec.restartPolicy`, restartPolicy, ['Always']))
  }
  if (activeDeadlineSeconds !== undefined) {
    const detail = 'activeDeadlineSeconds in ReplicaSet is not Supported'
    errors.push(forbidden(`${path}.template.spec.activeDeadlineSeconds`, detail))
  }
  return errors
}

function isEmpty({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0
}

function sortedLabels(labels: Readonly<Record<string, string>> | undefined): object | undefined {
  return labels && Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}
