import type { PodSpec } from '../../apimachinery/objects.ts'
import { eachInvalid, forbidden, invalid, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { validateLabelName, validateLabelSelector } from './labels.ts'
import { dns1123Label } from './names.ts'

type Affinity = NonNullable<PodSpec['affinity']>
type NodeAffinity = NonNullable<Affinity['nodeAffinity']>
type PodAffinity = NonNullable<Affinity['podAffinity']>
type PodTerm = NonNullable<PodAffinity['requiredDuringSchedulingIgnoredDuringExecution']>[number]
type NodeTerm = NonNullable<
  NonNullable<NodeAffinity['requiredDuringSchedulingIgnoredDuringExecution']>['nodeSelectorTerms']
>[number]
type Requirement = NonNullable<NodeTerm['matchExpressions']>[number]

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'

export function validateAffinity(affinity: Affinity | undefined, path: string): FieldError[] {
  if (!affinity) return []
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity
  return [
    ...(nodeAffinity ? validateNodeAffinity(nodeAffinity, `${path}.nodeAffinity`) : []),
    ...(podAffinity ? validatePodAffinity(podAffinity, `${path}.podAffinity`) : []),
    ...(podAntiAffinity ? validatePodAffinity(podAntiAffinity, `${path}.podAntiAffinity`) : []),
  ]
}

function validateNodeAffinity(affinity: NodeAffinity, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (affinity[REQUIRED]) {
    const at = `${path}.${REQUIRED}.nodeSelectorTerms`
    const terms = affinity[REQUIRED].nodeSelectorTerms ?? []
    if (terms.length === 0) errors.push(required(at, 'must have at least one node selector term'))
    terms.forEach((term, index) => {
      errors.push(...validateNodeTerm(term, `${at}[${index}]`))
    })
  }
  affinity[PREFERRED]?.forEach(({ weight = 0, preference }, index) => {
    const at = `${path}.${PREFERRED}[${index}]`
    errors.push(...validateWeight(weight, at), ...validateNodeTerm(preference ?? {}, `${at}.preference`))
  })
  return errors
}

function validateNodeTerm({ matchExpressions = [], matchFields = [] }: NodeTerm, path: string): FieldError[] {
  return [
    ...matchExpressions.flatMap((each, index) => validateRequirement(each, `${path}.matchExpressions[${index}]`)),
    ...matchFields.flatMap((each, index) => validateFieldRequirement(each, `${path}.matchFields[${index}]`)),
  ]
}

function validateRequirement({ key = '', operator, values = [] }: Requirement, path: string): FieldError[] {
  const errors: FieldError[] = []
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) {
        errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
      }
      break
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
      }
      break
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) {
        errors.push(required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"))
      }
      break
    default:
      errors.push(invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'))
  }
  return [...errors, ...validateLabelName(key, `${path}.key`)]
}

function validateFieldRequirement({ key = '', operator, values = [] }: Requirement, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length !== 1) {
      const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
      errors.push(required(`${path}.values`, detail))
    }
  } else errors.push(invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'))
  if (key !== 'metadata.name') errors.push(invalid(`${path}.key`, key, 'not a valid field selector key'))
  return errors
}

function validatePodAffinity(affinity: PodAffinity, path: string): FieldError[] {
  return [
    ...(affinity[REQUIRED] ?? []).flatMap((term, index) => validatePodTerm(term, `${path}.${REQUIRED}[${index}]`)),
    ...(affinity[PREFERRED] ?? []).flatMap(({ weight = 0, podAffinityTerm }, index) => {
      const at = `${path}.${PREFERRED}[${index}]`
      return [...validateWeight(weight, at), ...validatePodTerm(podAffinityTerm, `${at}.podAffinityTerm`)]
    }),
  ]
}

function validatePodTerm(term: Partial<PodTerm> | undefined, path: string): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = '' } = term ?? {}
  const errors = validateLabelSelector(labelSelector, `${path}.labelSelector`)
  errors.push(...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`))
  for (const name of namespaces) errors.push(...eachInvalid(`${path}.namespace`, name, dns1123Label(name)))
  if (topologyKey === '') errors.push(required(`${path}.topologyKey`, 'can not be empty'))
  return [...errors, ...validateLabelName(topologyKey, `${path}.topologyKey`)]
}

function validateWeight(weight: number, path: string): FieldError[] {
  return weight < 1 || weight > 100 ? [invalid(`${path}.weight`, weight, 'must be in the range 1-100')] : []
}
