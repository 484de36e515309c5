import { isDeepStrictEqual } from 'node:util'
import type { Node, Taint } from '../../apimachinery/objects.ts'
import { duplicate, eachInvalid, forbidden } from './field.ts'
import type { FieldError } from './field-error.ts'
import { validateLabelName } from './labels.ts'
import { labelValue } from './names.ts'
import { validateResourceName } from './resource-name.ts'
import { validateQuantityValue } from './resources.ts'
import { validateTaintEffect } from './tolerations.ts'

export function validateNode({ spec, status }: Node): FieldError[] {
  return [
    ...validateTaints(spec.taints ?? [], 'spec.taints'),
    ...validateAmounts(status?.capacity, 'status.capacity'),
    ...validateAmounts(status?.allocatable, 'status.allocatable'),
  ]
}

function validateTaints(taints: readonly Taint[], path: string): FieldError[] {
  const seen = new Set<string>()
  return taints.flatMap(({ key = '', value = '', effect = '' }, index) => {
    const at = `${path}[${index}]`
    const errors = validateLabelName(key, `${at}.key`)
    errors.push(...eachInvalid(`${at}.value`, value, labelValue(value)))
    errors.push(...validateTaintEffect(effect, `${at}.effect`))
    if (seen.has(`${key}:${effect}`)) {
      const taint = { Key: key, Value: value, Effect: effect, TimeAdded: null }
      errors.push({
        ...duplicate(at, taint),
        message: `${duplicate(at, taint).message}: taints must be unique by key and effect pair`,
      })
    }
    seen.add(`${key}:${effect}`)
    return errors
  })
}

function validateAmounts(amounts: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  return Object.entries(amounts ?? {}).flatMap(([name, amount]) => [
    ...validateResourceName(name, `${path}[${name}]`),
    ...validateQuantityValue(name, amount, `${path}[${name}]`),
  ])
}

/** A node keeps its address range and its provider's id. */
export function validateNodeUpdate(next: Node, last: Node): FieldError[] {
  const errors = validateNode(next)
  if (last.spec.podCIDRs?.length && !isDeepStrictEqual(next.spec.podCIDRs, last.spec.podCIDRs)) {
    errors.push(forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'))
  }
  if (last.spec.providerID && next.spec.providerID !== last.spec.providerID) {
    errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'))
  }
  return errors
}
