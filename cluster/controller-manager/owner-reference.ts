import type { KindName, ObjectMeta, OwnerReference } from '../apimachinery/objects.ts'

/** The reference of the one controller that manages an object. */
export function controllerOf(object: { readonly metadata: ObjectMeta }): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller)
}

export function isControlledBy(object: { readonly metadata: ObjectMeta }, owner: { readonly metadata: ObjectMeta }) {
  return controllerOf(object)?.uid === owner.metadata.uid
}

/** The reference that makes `owner` the managing controller of what carries it. */
export function controllerReference(kind: KindName, owner: { readonly metadata: ObjectMeta }): OwnerReference {
  const [apiVersion = '', name = ''] = kind.split(' ')
  const { metadata } = owner
  return {
    apiVersion,
    kind: name,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  }
}
