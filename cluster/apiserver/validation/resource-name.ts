import { eachInvalid, invalid } from './field.ts'
import type { FieldError } from './field-error.ts'
import { qualifiedName } from './names.ts'

const CONTAINER = ['cpu', 'memory', 'ephemeral-storage']
const COUNTED = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]
const STANDARD = [
  ...CONTAINER,
  ...COUNTED,
  ...CONTAINER.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
  'storage',
  'requests.storage',
]

export const isHugePages = (name: string): boolean => name.startsWith('hugepages-')
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/')

/** `example.com/gpu`: a resource that a device plugin brings. */
export function isExtendedResource(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && qualifiedName(`requests.${name}`).length === 0
}

/** Whether requests may be less than limits. */
export const isOvercommitAllowed = (name: string): boolean => isNative(name) && !isHugePages(name)

export const isIntegerResource = (name: string): boolean => COUNTED.includes(name) || isExtendedResource(name)

export function validateResourceName(name: string, path: string): FieldError[] {
  const errors = eachInvalid(path, name, qualifiedName(name))
  if (errors.length > 0 || name.includes('/') || STANDARD.includes(name) || isHugePages(name)) return errors
  return [invalid(path, name, 'must be a standard resource type or fully qualified')]
}

export function validateContainerResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path)
  if (!name.includes('/')) {
    if (CONTAINER.includes(name) || isHugePages(name)) return errors
    return [...errors, invalid(path, name, 'must be a standard resource for containers')]
  }
  if (isNative(name) || isExtendedResource(name)) return errors
  return [...errors, invalid(path, name, "doesn't follow extended resource name standard")]
}
