import { isNotFound } from '../../apimachinery/errors.ts'
import type { AnyObject } from '../../apimachinery/objects.ts'
import type { Entry } from '../../etcd/entry.ts'
import type { Call, Registry } from './call.ts'
import { type Deletion, remove } from './delete.ts'
import { type Listed, type ListQuery, list } from './list.ts'

/** Deletes everything that the query selects; answers with what was there. */
export function removeCollection(registry: Registry, call: Call, query: ListQuery, options: Deletion): Listed {
  const listed = list(registry, call, query)
  const entries = listed.entries.map((entry): Entry<AnyObject> => {
    const { namespace, name } = entry.value.metadata
    try {
      const answer = remove(registry, { ...call, ...(namespace && { namespace }), name }, options)
      return 'revision' in answer ? answer : entry
    } catch (error) {
      // What somebody else deleted meanwhile is deleted.
      if (isNotFound(error)) return entry
      throw error
    }
  })
  return { ...listed, entries }
}
