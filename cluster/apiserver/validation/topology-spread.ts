import type { PodSpec } from '../../apimachinery/objects.ts'
import { duplicate, invalid, notSupported, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { validateLabelName, validateLabelSelector } from './labels.ts'

type Constraint = NonNullable<PodSpec['topologySpreadConstraints']>[number]

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway']
const INCLUSION = ['Honor', 'Ignore']

export function validateTopologySpread(constraints: readonly Constraint[], path: string): FieldError[] {
  const pairs = new Set<string>()
  return constraints.flatMap((constraint, index) => {
    const at = `${path}[${index}]`
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains, labelSelector } = constraint
    const errors: FieldError[] = []
    if (maxSkew <= 0) errors.push(invalid(`${at}.maxSkew`, maxSkew, 'must be greater than 0'))
    if (topologyKey === '') errors.push(required(`${at}.topologyKey`, 'can not be empty'))
    else errors.push(...validateLabelName(topologyKey, `${at}.topologyKey`))
    if (!ACTIONS.includes(whenUnsatisfiable)) {
      errors.push(notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, ACTIONS))
    }
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`
    if (pairs.has(pair)) errors.push(duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, pair))
    pairs.add(pair)
    if (minDomains !== undefined) {
      if (minDomains <= 0) errors.push(invalid(`${at}.minDomains`, minDomains, 'must be greater than 0'))
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`
        errors.push(invalid(`${at}.minDomains`, minDomains, detail))
      }
    }
    for (const policy of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const value = constraint[policy]
      if (value !== undefined && !INCLUSION.includes(value))
        errors.push(notSupported(`${at}.${policy}`, value, INCLUSION))
    }
    return [...errors, ...validateLabelSelector(labelSelector, `${at}.labelSelector`)]
  })
}
