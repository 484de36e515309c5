import { ApiError, failure } from '../../apimachinery/errors.ts'
import type { AnyObject } from '../../apimachinery/objects.ts'
import type { Patch } from '../../client/api-client.ts'
import type { Entry } from '../../etcd/entry.ts'
import { decodeValue, type FieldValidation } from '../decoding/decode.ts'
import type { Expected } from '../decoding/wrong-body.ts'
import { applyDefaults } from '../defaults/defaults.ts'
import type { DraftObject } from '../resource.ts'
import { typeOf } from '../schema/schema.ts'
import type { Call, Registry } from './call.ts'
import { jsonPatch } from './json-patch.ts'
import { mergePatch } from './merge-patch.ts'
import { checkName } from './metadata.ts'
import { get } from './read.ts'
import { goMap, strategicMerge } from './strategic-merge.ts'
import { replace } from './update.ts'

/** A call that says what to do with unknown fields; a loopback's callers are trusted. */
export type PatchCall = Call & { readonly fieldValidation?: FieldValidation }

/** Changes the object as the patch says. */
export function patch(registry: Registry, call: PatchCall, given: Patch): Entry<AnyObject> {
  const last = get(registry, call)
  const patched = applyPatch(call.resource, last.value, given, call) as object
  const next = applyDefaults(call.resource.name, patched) as unknown as DraftObject
  checkName(call, next)
  return replace(registry, call, next, last)
}

/** The object as patched. Nothing given is changed. Throws Invalid when it is no longer of its kind. */
export function applyPatch(
  kind: Expected,
  object: object,
  { type, body }: Patch,
  { fieldValidation, warn }: Pick<PatchCall, 'fieldValidation' | 'warn'>,
): unknown {
  const patched = apply(kind, object, type, body)
  if (!fieldValidation) return patched
  try {
    decodeValue(patched as object, kind, fieldValidation, warn)
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 400) throw error
    const value = type === 'strategic' ? goMap(body) : JSON.stringify(patched)
    const why = error.message.replace(/^.*? cannot be handled as an? \w+: /, '')
    throw invalidPatch(value, type === 'strategic' ? restoring(why) : why)
  }
  return patched
}

function apply({ apiVersion, kind }: Expected, object: object, type: Patch['type'], body: unknown): unknown {
  if (type === 'json') return jsonPatch(object, body as readonly unknown[])
  if (type === 'merge') return mergePatch(object, body)
  return strategicMerge(object, body as Readonly<Record<string, unknown>>, typeOf(`${apiVersion} ${kind}`))
}

/** A 422 about the patch rather than the object, which it no longer is. */
function invalidPatch(value: string, why: string): ApiError {
  const message = `Invalid value: ${JSON.stringify(value)}: ${why}`
  return failure(422, 'Invalid', ` "" is invalid: patch: ${message}`, {
    causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }],
  })
}

/** A strategic patch is restored into a struct rather than decoded: the same mistakes have other words. */
function restoring(why: string): string {
  const [, given, wanted = ''] = /^json: cannot unmarshal (\w+) into Go struct field \S+ of type (.+)$/.exec(why) ?? []
  if (!given) return why
  const from = given === 'array' ? 'slice' : given === 'object' ? 'map' : given
  if (wanted.startsWith('[]')) return `cannot restore slice from ${from}`
  if (wanted.startsWith('map[')) return `cannot restore map from ${from}`
  return wanted.startsWith('v1.') ? `cannot restore struct from: ${from}` : `unrecognized type: ${wanted}`
}
