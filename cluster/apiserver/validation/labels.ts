import type { LabelSelector } from '../../apimachinery/objects.ts'
import { eachInvalid, forbidden, invalid, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { labelValue, qualifiedName } from './names.ts'

type Labels = Readonly<Record<string, string>> | undefined

/** Keys and values of labels; every error stands at the map itself, as in Kubernetes. */
export function validateLabels(labels: Labels, path: string): FieldError[] {
  const errors: FieldError[] = []
  for (const key of Object.keys(labels ?? {}).sort()) {
    const value = labels?.[key] ?? ''
    errors.push(...validateLabelName(key, path))
    errors.push(...eachInvalid(path, value, labelValue(value)))
  }
  return errors
}

export function validateLabelName(key: string, path: string): FieldError[] {
  return eachInvalid(path, key, qualifiedName(key))
}

/** As ValidateLabelSelector of k8s.io/apimachinery/pkg/apis/meta/v1/validation. */
export function validateLabelSelector(selector: LabelSelector | undefined, path: string): FieldError[] {
  if (!selector) return []
  const errors = validateLabels(selector.matchLabels, `${path}.matchLabels`)
  selector.matchExpressions?.forEach((requirement, index) => {
    const at = `${path}.matchExpressions[${index}]`
    const { key, operator, values = [] } = requirement
    switch (operator) {
      case 'In':
      case 'NotIn':
        if (values.length === 0) {
          errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
        }
        break
      case 'Exists':
      case 'DoesNotExist':
        if (values.length > 0) {
          errors.push(forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
        }
        break
      default:
        errors.push(invalid(`${at}.operator`, operator ?? '', 'not a valid selector operator'))
    }
    errors.push(...validateLabelName(key ?? '', `${at}.key`))
    values.forEach((value, position) => {
      errors.push(...eachInvalid(`${at}.values[${position}]`, value, labelValue(value)))
    })
  })
  return errors
}

/** In the order of the Go struct, as errors print it. */
export function printedSelector({ matchLabels, matchExpressions }: LabelSelector): object {
  return {
    matchLabels: matchLabels && Object.fromEntries(Object.entries(matchLabels).sort(([a], [b]) => (a < b ? -1 : 1))),
    matchExpressions: matchExpressions?.map(({ key, operator, values }) => ({ key, operator, values })),
  }
}
