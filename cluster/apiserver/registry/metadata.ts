import { randomUUID } from 'node:crypto'
import { timestamp } from '../../apimachinery/clock.ts'
import type { AnyObject } from '../../apimachinery/objects.ts'
import type { DraftObject } from '../resource.ts'
import type { Call, Registry } from './call.ts'
import { random } from './host.ts'
import { badRequest } from './refusals.ts'

/** Names are cut so that the random end fits into 63 characters. */
const LONGEST_GENERATE_NAME = 58

/** Takes the namespace from the path, and refuses another one. */
export function settleNamespace({ resource, namespace }: Call, object: DraftObject): void {
  const given = object.metadata.namespace
  const settled = resource.namespaced ? namespace : undefined
  // A namespace in the body of what has none is dropped.
  if (given && settled !== undefined && given !== settled) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  if (settled) object.metadata.namespace = settled
  else delete object.metadata.namespace
}

/** Refuses an object of another name or namespace than the path's. */
export function checkName(call: Call, object: DraftObject): void {
  object.metadata ??= {}
  settleNamespace(call, object)
  const { name = '' } = call
  const given = object.metadata.name
  if (!given)
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  if (given !== name) throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`)
}

export function generateName(object: DraftObject): void {
  const { generateName: start, name } = object.metadata
  if (start && !name) object.metadata.name = start.slice(0, LONGEST_GENERATE_NAME) + random()
}

/** Drops what no client may set on a new object. Follows rest.WipeObjectMetaSystemFields. */
export function wipeSystemFields({ metadata }: DraftObject): void {
  delete metadata.deletionTimestamp
  delete metadata.deletionGracePeriodSeconds
  delete metadata.selfLink
}

/** What the system sets on a new object. Follows rest.FillObjectMetaSystemFields. */
export function fillSystemFields({ clock }: Registry, { resource }: Call, { metadata }: DraftObject): void {
  delete metadata.generation
  metadata.creationTimestamp = timestamp(clock.now())
  metadata.uid = randomUUID()
  if (resource.declaration.generation) metadata.generation = 1
}

/** Brings over what an update may not change. */
export function keepSystemFields(next: DraftObject, last: AnyObject): void {
  const { metadata } = next
  metadata.uid = last.metadata.uid
  metadata.creationTimestamp = last.metadata.creationTimestamp
  for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'generation', 'selfLink'] as const) {
    if (last.metadata[field] === undefined) delete metadata[field]
    else Object.assign(metadata, { [field]: last.metadata[field] })
  }
}

/** The object with this resourceVersion, fields of the metadata in Kubernetes' order; `kind` and `apiVersion` come first. */
export function finished(object: DraftObject, revision: number | undefined): AnyObject {
  const { kind, apiVersion, metadata, ...rest } = object
  const { name, generateName: start, namespace, selfLink: _, uid, resourceVersion: __, ...others } = metadata
  return {
    kind,
    apiVersion,
    metadata: {
      ...(name !== undefined && { name }),
      ...(start && { generateName: start }),
      ...(namespace && { namespace }),
      uid,
      ...(revision !== undefined && { resourceVersion: String(revision) }),
      ...others,
    },
    ...rest,
  } as AnyObject
}
