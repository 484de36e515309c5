import rfc6902 from 'rfc6902'
import { failure } from '../../apimachinery/errors.ts'
import type { AnyObject } from '../../apimachinery/objects.ts'
import type { Patch } from '../../client/api-client.ts'
import type { Entry } from '../../etcd/entry.ts'
import { decodeValue, type FieldValidation } from '../decoding/decode.ts'
import { applyDefaults } from '../defaults/defaults.ts'
import type { DraftObject } from '../resource.ts'
import { typeOf } from '../schema/schema.ts'
import type { Call, Registry } from './call.ts'
import { mergePatch } from './merge-patch.ts'
import { checkName } from './metadata.ts'
import { get } from './read.ts'
import { strategicMerge } from './strategic-merge.ts'
import { replace } from './update.ts'

/** Changes the object as the patch says. */
export function patch(
  registry: Registry,
  call: Call & { readonly fieldValidation?: FieldValidation },
  given: Patch,
): Entry<AnyObject> {
  const last = get(registry, call)
  const patched = applyPatch(call.resource.name, last.value, given) as object
  if (call.fieldValidation) decodeValue(patched, call.resource, call.fieldValidation, call.warn)
  const next = applyDefaults(call.resource.name, patched) as unknown as DraftObject
  checkName(call, next)
  return replace(registry, call, next, last)
}

/** The object as patched; it may be anything that the patch makes of it. Nothing given is changed. */
export function applyPatch(kind: string, object: object, { type, body }: Patch): unknown {
  if (type === 'json') return jsonPatch(object, body)
  if (type === 'merge') return mergePatch(object, body)
  return strategicMerge(object, body as Readonly<Record<string, unknown>>, typeOf(kind))
}

function jsonPatch(object: object, operations: unknown): unknown {
  const copy = structuredClone(object)
  const errors = rfc6902.applyPatch(copy, operations as never)
  if (errors.some((error) => error !== null)) {
    throw failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
  }
  return copy
}
