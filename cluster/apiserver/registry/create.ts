import type { AnyObject, Mutable } from '../../apimachinery/objects.ts'
import { Entry } from '../../etcd/entry.ts'
import { applyDefaults } from '../defaults/defaults.ts'
import { managedByCreate } from '../managed-fields/managed-fields.ts'
import { type DraftObject, storeKey } from '../resource.ts'
import { admitNamespace } from './admission.ts'
import type { Call, Registry } from './call.ts'
import { hostOf } from './host.ts'
import { fillSystemFields, finished, generateName, settleNamespace, wipeSystemFields } from './metadata.ts'
import { alreadyExists, plainError } from './refusals.ts'
import { validateNew } from './validate.ts'

/** As often as kube-apiserver tries another generated name. */
const NAMES_TRIED = 8

/** Creates the object: defaults, admission, validation, write. The given object is not changed. */
export function create(registry: Registry, call: Call, given: object): Entry<AnyObject> {
  const { resource } = call
  const object = applyDefaults(resource.name, given) as unknown as DraftObject
  if (!object.metadata) object.metadata = {}
  settleNamespace(call, object)
  if (object.metadata.resourceVersion && object.metadata.resourceVersion !== '0') {
    throw plainError('resourceVersion should not be set on objects to be created')
  }
  admitNamespace(registry, call, object.metadata.name ?? '')
  wipeSystemFields(object)
  managedByCreate(registry, call, object)
  for (let tried = 1; ; tried++) {
    const draft = tried === 1 && !object.metadata.generateName ? object : structuredClone(object)
    const entry = write(registry, call, draft)
    if (entry) return entry
    const generated = object.metadata.generateName && !object.metadata.name
    if (!generated || tried === NAMES_TRIED) throw taken(registry, call, draft)
  }
}

/** Undefined when the name is taken. */
function write(registry: Registry, call: Call, object: DraftObject): Entry<AnyObject> | undefined {
  const { resource, dryRun } = call
  fillSystemFields(registry, call, object)
  generateName(object)
  const host = hostOf(registry, dryRun)
  resource.declaration.prepareForCreate?.(object as unknown as Mutable<AnyObject> as never, host)
  validateNew(call, object as unknown as AnyObject)
  const key = storeKey(resource, object.metadata.namespace, object.metadata.name as string)
  if (registry.store.get(key)) return undefined
  if (dryRun) return Entry.of(key, 0, finished(object, undefined))
  return registry.store.put(key, 0, (revision) => finished(object, revision))
}

function taken({ store }: Registry, { resource }: Call, object: DraftObject) {
  const { namespace, name = '' } = object.metadata
  const there = store.get(storeKey(resource, namespace, name))
  const error = alreadyExists(resource, name)
  if (!there?.value.metadata.deletionTimestamp) return error
  const message = `object is being deleted: ${error.message}`
  return Object.assign(error, { message, status: { ...error.status, message } })
}
