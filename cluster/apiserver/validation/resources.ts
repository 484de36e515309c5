import type { Container } from '../../apimachinery/objects.ts'
import { Quantity } from '../../apimachinery/quantity.ts'
import { duplicate, forbidden, invalid, notFound, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { NEGATIVE } from './numbers.ts'
import { isHugePages, isIntegerResource, isOvercommitAllowed, validateContainerResourceName } from './resource-name.ts'

type Requirements = NonNullable<Container['resources']>

/** As ValidateContainerResourceRequirements: names, amounts, and requests within limits. `claims` are the pod's. */
export function validateResources(requirements: Requirements, claims: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = []
  const { limits = {}, requests = {} } = requirements
  for (const [name, amount] of Object.entries(limits))
    errors.push(...validateAmount(name, amount, `${path}.limits[${name}]`))
  for (const [name, amount] of Object.entries(requests)) {
    errors.push(...validateNameAndValue(name, amount, `${path}.requests[${name}]`))
    errors.push(...validateWithinLimit(name, amount, limits[name], path))
    errors.push(...validateHugePages(name, amount, `${path}.requests[${name}]`))
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)]
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'))
  }
  return [...errors, ...validateClaims(requirements.claims ?? [], claims, `${path}.claims`)]
}

/** Not below zero, and whole where only whole ones make sense. */
export function validateQuantityValue(name: string, amount: string, path: string): FieldError[] {
  const quantity = Quantity.parse(amount)
  const errors: FieldError[] = []
  if (quantity.compare(Quantity.zero) < 0) errors.push(invalid(path, amount, NEGATIVE))
  if (isIntegerResource(name) && quantity.milliValue() % 1000 !== 0)
    errors.push(invalid(path, amount, 'must be an integer'))
  return errors
}

function validateNameAndValue(name: string, amount: string, path: string): FieldError[] {
  return [...validateContainerResourceName(name, path), ...validateQuantityValue(name, amount, path)]
}

function validateAmount(name: string, amount: string, path: string): FieldError[] {
  return [...validateNameAndValue(name, amount, path), ...validateHugePages(name, amount, path)]
}

function validateWithinLimit(name: string, amount: string, limit: string | undefined, path: string): FieldError[] {
  if (limit === undefined) {
    if (isOvercommitAllowed(name)) return []
    return [required(`${path}.limits`, 'Limit must be set for non overcommitable resources')]
  }
  const order = Quantity.parse(amount).compare(Quantity.parse(limit))
  if (order !== 0 && !isOvercommitAllowed(name)) {
    return [invalid(`${path}.requests`, amount, `must be equal to ${name} limit of ${limit}`)]
  }
  return order > 0
    ? [invalid(`${path}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`)]
    : []
}

function validateHugePages(name: string, amount: string, path: string): FieldError[] {
  if (!isHugePages(name)) return []
  try {
    const page = Quantity.parse(name.slice('hugepages-'.length)).nanos
    const asked = Quantity.parse(amount).nanos
    if (page > 0n && asked >= 0n && asked % page === 0n) return []
  } catch {
    // An unreadable page size is told below, as a multiple that cannot be.
  }
  return [invalid(path, amount, `${amount} is not positive integer multiple of ${name}`)]
}

function validateClaims(claims: readonly { name: string }[], known: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>()
  claims.forEach(({ name = '' }, index) => {
    const at = `${path}[${index}]`
    if (name === '') errors.push(required(`${at}.name`))
    else if (names.has(name)) errors.push(duplicate(at, name))
    else if (!known.includes(name)) {
      const which = known.length === 0 ? 'which is empty' : `(${known.join(', ')})`
      errors.push(notFound(at, name, `must be one of the names in pod.spec.resourceClaims ${which}`))
    }
    names.add(name)
  })
  return errors
}
