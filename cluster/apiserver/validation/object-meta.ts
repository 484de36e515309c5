import type { AnyObject, ObjectMeta, OwnerReference } from '../../apimachinery/objects.ts'
import { eachInvalid, forbidden, invalid, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { validateLabels } from './labels.ts'
import { asPrefix, dns1123Subdomain, qualifiedName } from './names.ts'

/** The bytes that all annotations of an object may have together. */
const ANNOTATIONS_LIMIT = 256 * 1024
const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion']

/** Metadata of an object that may lack what only the server gives. */
export type Meta = Partial<ObjectMeta>

/** As ValidateObjectMeta of k8s.io/apimachinery/pkg/api/validation. `checkName` is the kind's rule for names. */
export function validateObjectMeta(
  meta: Meta,
  namespaced: boolean,
  checkName: (name: string) => string[] = dns1123Subdomain,
  path = 'metadata',
): FieldError[] {
  const errors: FieldError[] = []
  const { name = '', generateName = '', namespace = '', generation = 0 } = meta
  if (generateName !== '')
    errors.push(...eachInvalid(`${path}.generateName`, generateName, asPrefix(checkName)(generateName)))
  if (name === '') errors.push(required(`${path}.name`, 'name or generateName is required'))
  else errors.push(...eachInvalid(`${path}.name`, name, checkName(name)))
  if (namespaced && namespace === '') errors.push(required(`${path}.namespace`))
  if (!namespaced && namespace !== '') errors.push(forbidden(`${path}.namespace`, 'not allowed on this type'))
  if (generation < 0) errors.push(invalid(`${path}.generation`, generation, 'must be greater than or equal to 0'))
  errors.push(...validateLabels(meta.labels, `${path}.labels`))
  errors.push(...validateAnnotations(meta.annotations, `${path}.annotations`))
  errors.push(...validateOwnerReferences(meta.ownerReferences ?? [], `${path}.ownerReferences`))
  errors.push(...validateFinalizers(meta.finalizers ?? [], `${path}.finalizers`))
  return errors
}

/** Core kinds ask more: a finalizer is one of Kubernetes' own or has a prefix. */
export function validateFinalizerNames(finalizers: readonly string[] = [], path = 'metadata.finalizers'): FieldError[] {
  return finalizers.flatMap((finalizer, index) => {
    if (finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer)) return []
    const detail = 'name is neither a standard finalizer name nor is it fully qualified'
    return [invalid(`${path}[${index}]`, finalizer, detail)]
  })
}

/** As ValidateObjectMetaUpdate: what may not change once an object is there. */
export function validateObjectMetaUpdate(next: Meta, last: Meta, path = 'metadata'): FieldError[] {
  const errors: FieldError[] = []
  const immutable = (field: keyof Meta) => {
    if ((next[field] ?? '') !== (last[field] ?? '')) {
      errors.push(
        invalid(
          `${path}.${field}`,
          next[field] ?? (field === 'deletionGracePeriodSeconds' ? undefined : ''),
          'field is immutable',
        ),
      )
    }
  }
  // A deleted object may lose finalizers, never gain one.
  if (last.deletionTimestamp) {
    const added = (next.finalizers ?? []).filter((finalizer) => !(last.finalizers ?? []).includes(finalizer))
    if (added.length > 0) {
      const set = `[]string{${added.map((each) => JSON.stringify(each)).join(', ')}}`
      errors.push(
        forbidden(
          `${path}.finalizers`,
          `no new finalizers can be added if the object is being deleted, found new finalizers ${set}`,
        ),
      )
    }
  }
  if ((next.resourceVersion ?? '') === '') {
    errors.push(invalid(`${path}.resourceVersion`, 0, 'must be specified for an update'))
  }
  if ((next.generation ?? 0) < (last.generation ?? 0)) {
    errors.push(invalid(`${path}.generation`, next.generation ?? 0, 'must not be decremented'))
  }
  immutable('name')
  immutable('namespace')
  immutable('uid')
  immutable('creationTimestamp')
  immutable('deletionTimestamp')
  immutable('deletionGracePeriodSeconds')
  errors.push(...validateLabels(next.labels, `${path}.labels`))
  errors.push(...validateAnnotations(next.annotations, `${path}.annotations`))
  errors.push(...validateOwnerReferences(next.ownerReferences ?? [], `${path}.ownerReferences`))
  return errors
}

export function validateAnnotations(annotations: AnyObject['metadata']['annotations'], path: string): FieldError[] {
  const errors: FieldError[] = []
  let size = 0
  for (const [key, value] of sorted(annotations)) {
    // Keys are compared in lower case: annotations may be named with capitals.
    errors.push(...eachInvalid(path, key, qualifiedName(key.toLowerCase())))
    size += Buffer.byteLength(key) + Buffer.byteLength(value)
  }
  if (size > ANNOTATIONS_LIMIT) {
    errors.push({
      type: 'FieldValueTooLong',
      field: path,
      message: `Too long: may not be more than ${ANNOTATIONS_LIMIT} bytes`,
    })
  }
  return errors
}

function validateOwnerReferences(references: readonly OwnerReference[], path: string): FieldError[] {
  const errors: FieldError[] = []
  let controller: OwnerReference | undefined
  for (const reference of references) {
    const { apiVersion = '', kind = '', name = '', uid = '' } = reference
    const version = apiVersion.split('/').at(-1) ?? ''
    if (version === '') errors.push(invalid(`${path}.apiVersion`, apiVersion, 'version must not be empty'))
    if (kind === '') errors.push(invalid(`${path}.kind`, kind, 'must not be empty'))
    if (name === '') errors.push(invalid(`${path}.name`, name, 'must not be empty'))
    if (uid === '') errors.push(invalid(`${path}.uid`, uid, 'must not be empty'))
    if (apiVersion === 'v1' && kind === 'Event') {
      errors.push(invalid(path, inOrder(reference), '/v1, Kind=Event is disallowed from being an owner'))
    }
    if (!reference.controller) continue
    if (controller) {
      const found = `${controller.kind}/${controller.name} and ${kind}/${name}`
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${found}`
      errors.push(invalid(path, references.map(inOrder), detail))
    } else controller = reference
  }
  return errors
}

/** In the order of the Go struct, as errors print it. */
function inOrder({ apiVersion, kind, name, uid, controller, blockOwnerDeletion }: OwnerReference): object {
  return { apiVersion, kind, name, uid, controller, blockOwnerDeletion }
}

export function validateFinalizers(finalizers: readonly string[], path = 'metadata.finalizers'): FieldError[] {
  const errors: FieldError[] = []
  for (const finalizer of finalizers) errors.push(...eachInvalid(path, finalizer, qualifiedName(finalizer)))
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const detail = 'finalizer orphan and foregroundDeletion cannot be both set'
    errors.push(invalid(path, finalizers, detail))
  }
  return errors
}

function sorted(map: Readonly<Record<string, string>> | undefined): [string, string][] {
  return Object.entries(map ?? {}).sort(([one], [other]) => (one < other ? -1 : 1))
}
