import type { Container } from '../../apimachinery/objects.ts'
import { eachInvalid, invalid, notSupported, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { qualifiedName } from './names.ts'

type ValueFrom = NonNullable<NonNullable<Container['env']>[number]['valueFrom']>
type FieldRef = NonNullable<ValueFrom['fieldRef']>
type ResourceFieldRef = NonNullable<ValueFrom['resourceFieldRef']>

/** What an environment variable may take from its pod. */
export const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
/** What a file of a downward API volume may take from its pod. */
export const VOLUME_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
]
const CONVERTIBLE = [...ENV_FIELDS, ...VOLUME_FIELDS, 'spec.restartPolicy', 'spec.schedulerName', 'status.phase']
const RESOURCES = ['cpu', 'ephemeral-storage', 'memory']
const RESOURCE_FIELDS = [...RESOURCES.map((name) => `limits.${name}`), ...RESOURCES.map((name) => `requests.${name}`)]
const SIZES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']

export function validateFieldRef(ref: FieldRef, fields: readonly string[], path: string): FieldError[] {
  const { apiVersion = '', fieldPath = '' } = ref
  if (apiVersion === '') return [required(`${path}.apiVersion`)]
  if (fieldPath === '') return [required(`${path}.fieldPath`)]
  const at = `${path}.fieldPath`
  const unconverted = (why: string) => [invalid(at, fieldPath, `error converting fieldPath: ${why}`)]
  if (apiVersion !== 'v1') return unconverted(`unsupported pod version: ${apiVersion}`)
  const [, base, subscript] = /^(.+?)\['(.*)'\]$/.exec(fieldPath) ?? []
  if (base !== undefined && subscript !== undefined) {
    if (base === 'metadata.annotations')
      return eachInvalid(path, subscript.toLowerCase(), qualifiedName(subscript.toLowerCase()))
    if (base === 'metadata.labels') return eachInvalid(path, subscript, qualifiedName(subscript))
    return unconverted(`field label does not support subscript: ${fieldPath}`)
  }
  if (!CONVERTIBLE.includes(fieldPath)) return unconverted(`field label not supported: ${fieldPath}`)
  return fields.includes(fieldPath) ? [] : [notSupported(at, fieldPath, fields)]
}

export function validateResourceFieldRef(ref: ResourceFieldRef, inVolume: boolean, path: string): FieldError[] {
  const errors: FieldError[] = []
  const { resource = '', containerName = '', divisor = '0' } = ref
  if (inVolume && containerName === '') errors.push(required(`${path}.containerName`))
  else if (resource === '') errors.push(required(`${path}.resource`))
  else if (!RESOURCE_FIELDS.includes(resource) && !/^(limits|requests)\.hugepages-/.test(resource)) {
    errors.push(notSupported(`${path}.resource`, resource, RESOURCE_FIELDS))
  }
  return [...errors, ...validateDivisor(resource, String(divisor), `${path}.divisor`)]
}

function validateDivisor(resource: string, divisor: string, path: string): FieldError[] {
  if (divisor === '0') return []
  const only = (values: readonly string[], what: string, text = values.join(', ')) =>
    values.includes(divisor)
      ? []
      : [invalid(path, resource, `only divisor's values ${text} are supported with the ${what} resource`)]
  if (resource.endsWith('.cpu')) return only(['1m', '1'], 'cpu', '1m and 1')
  if (resource.endsWith('.memory')) return only(SIZES, 'memory')
  if (resource.endsWith('.ephemeral-storage')) return only(SIZES, 'local ephemeral storage')
  return resource.includes('.hugepages-') ? only(SIZES, 'hugepages') : []
}
