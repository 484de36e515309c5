import type { LabelSelector } from './objects.ts'

type Labels = Readonly<Record<string, string>> | undefined

/** Whether labels satisfy a `metav1.LabelSelector`. An empty selector matches everything, a missing one nothing. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (!selector) return false
  if (!matchesLabels(selector.matchLabels, labels)) return false
  return (selector.matchExpressions ?? []).every(({ key, operator, values }) =>
    matchesRequirement({ key, operator, values: values ?? [] }, labels),
  )
}

/** Whether labels have every one of these pairs (a Service's selector). No pairs: everything matches. */
export function matchesLabels(pairs: Labels, labels: Labels): boolean {
  return Object.entries(pairs ?? {}).every(([key, value]) => labels?.[key] === value)
}

/** One requirement of a selector. `Gt` and `Lt` are used by node affinity only. */
export interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values: readonly string[]
}

/** As k8s.io/apimachinery/pkg/labels: NotIn and DoesNotExist match a missing key. */
export function matchesRequirement({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels && Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0])
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0])
    default:
      return false
  }
}
