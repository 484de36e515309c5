import type { AnyObject } from '../../apimachinery/objects.ts'
import type { Patch } from '../../client/api-client.ts'
import type { Entry } from '../../etcd/entry.ts'
import { applyDefaults } from '../defaults/defaults.ts'
import type { DraftObject } from '../resource.ts'
import { invalidObject } from '../validation/invalid.ts'
import type { Call, Registry } from './call.ts'
import { applyPatch, type PatchCall } from './patch.ts'
import { get } from './read.ts'
import { badRequest, conflict, MODIFIED } from './refusals.ts'
import { replace } from './update.ts'

/** What `/scale` shows: autoscaling/v1 Scale. */
export interface Scale {
  readonly kind: 'Scale'
  readonly apiVersion: 'autoscaling/v1'
  readonly metadata: Readonly<Record<string, unknown>>
  readonly spec: { readonly replicas?: number }
  readonly status: { readonly replicas: number; readonly selector?: string }
}

export function readScale(registry: Registry, call: Call): Scale {
  return scaleOf(call, get(registry, call))
}

/** Sets `spec.replicas` from a whole Scale or a patch of it. Throws Conflict, Invalid. */
export function writeScale(registry: Registry, call: PatchCall, given: object): Scale {
  const last = get(registry, call)
  const current = scaleOf(call, last)
  const asked = (
    isPatch(given) ? applyPatch({ apiVersion: 'autoscaling/v1', kind: 'Scale' }, current, given, call) : given
  ) as {
    metadata?: { name?: string; resourceVersion?: string }
    spec?: { replicas?: number }
  }
  const { name = '' } = call
  const metadata = asked.metadata ?? {}
  if (!metadata.name) {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  }
  if (metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`)
  }
  if (metadata.resourceVersion && metadata.resourceVersion !== last.value.metadata.resourceVersion) {
    throw conflict(call.resource, name, MODIFIED)
  }
  const replicas = asked.spec?.replicas ?? 0
  if (replicas < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`
    throw invalidObject('autoscaling', 'Scale', name, [{ type: 'FieldValueInvalid', field: 'spec.replicas', message }])
  }
  const spec = { ...(last.value.spec as object), replicas }
  const next = applyDefaults(call.resource.name, { ...last.value, spec }) as unknown as DraftObject
  return scaleOf(call, replace(registry, call, next, last))
}

function isPatch(given: object): given is Patch {
  return 'type' in given && 'body' in given
}

function scaleOf({ resource }: Call, { value }: Entry<AnyObject>): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = value.metadata
  const counted = resource.declaration.scale?.(value as never) ?? { replicas: 0, statusReplicas: 0, selector: '' }
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { ...(counted.replicas !== 0 && { replicas: counted.replicas }) },
    status: { replicas: counted.statusReplicas, ...(counted.selector && { selector: counted.selector }) },
  }
}
