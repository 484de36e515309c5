import { timestamp } from '../../apimachinery/clock.ts'
import type { AnyObject } from '../../apimachinery/objects.ts'
import type { Entry } from '../../etcd/entry.ts'
import type { DraftObject } from '../resource.ts'
import type { Call, Registry } from './call.ts'
import { finished } from './metadata.ts'
import { get } from './read.ts'
import { conflict } from './refusals.ts'

export interface Binding {
  readonly target: { readonly kind?: string; readonly name: string }
  readonly uid?: string
  readonly annotations?: Readonly<Record<string, string>>
}

/** Puts a pod on a node: POST pods/binding. Follows registry/core/pod/storage BindingREST. */
export function bind(registry: Registry, call: Call, { target, uid, annotations }: Binding): Entry<AnyObject> {
  const { resource, name = '', dryRun } = call
  const last = get(registry, call)
  const { metadata } = last.value
  const spec = last.value.spec as { nodeName?: string; schedulingGates?: readonly unknown[] }
  const refuse = (why: string) =>
    conflict({ ...resource, plural: 'pods/binding', qualified: 'pods/binding' }, name, why)
  if (uid && uid !== metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`
    throw refuse(why)
  }
  if (metadata.deletionTimestamp) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`)
  if (spec.nodeName) throw refuse(`pod ${name} is already assigned to node "${spec.nodeName}"`)
  if (spec.schedulingGates?.length) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`)
  const next = structuredClone(last.value) as unknown as DraftObject
  next.spec = { ...(next.spec as object), nodeName: target.name }
  if (annotations) next.metadata.annotations = { ...next.metadata.annotations, ...annotations }
  const status = (next.status ?? {}) as { conditions?: { type: string }[] }
  const scheduled = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(registry.clock.now()),
  }
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled')
  next.status = { ...status, conditions: [...others, scheduled] }
  if (dryRun) return last
  return registry.store.put(last.key, last.revision, (revision) => finished(next, revision))
}
