import type { AnyObject } from '../../apimachinery/objects.ts'
import type { Entry } from '../../etcd/entry.ts'
import { storeKey } from '../resource.ts'
import type { Call, Registry } from './call.ts'
import { notFound } from './refusals.ts'

/** The object as it is. Throws NotFound. */
export function get({ store }: Registry, { resource, namespace, name = '' }: Call): Entry<AnyObject> {
  const entry = store.get(storeKey(resource, namespace, name))
  if (!entry) throw notFound(resource, name)
  return entry
}
