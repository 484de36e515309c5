import type { AnyObject } from '../../apimachinery/objects.ts'
import { Entry } from '../../etcd/entry.ts'
import type { StoreEvent } from '../../etcd/history.ts'
import { Compacted } from '../../etcd/store.ts'
import type { Call, Registry } from './call.ts'
import { prefixOf } from './list.ts'
import { expired } from './refusals.ts'
import { type Selection, selects } from './selection.ts'

export interface ChangeSeen {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly entry: Entry<AnyObject>
}

export interface WatchQuery {
  readonly selection: Selection
  /** Events after this revision; left out: the present state as ADDED first. */
  readonly resourceVersion?: number
}

/**
 * Tells the listener of every change in what is selected, until the returned function is called: an object that begins to match is
 * ADDED, one that ceases to is DELETED. Throws Expired when the revision is too old.
 */
export function watch(
  registry: Registry,
  call: Call,
  query: WatchQuery,
  listener: (change: ChangeSeen) => void,
): () => void {
  const { store } = registry
  const prefix = prefixOf(call)
  const { resource } = call
  const { selection } = query
  const tell = (event: StoreEvent<AnyObject>) => {
    const type = transition(selection, resource, event)
    if (type) listener({ type, entry: type === 'DELETED' && !event.deleted ? lastSeen(event) : event.next })
  }
  if (query.resourceVersion === undefined) {
    for (const entry of store.range(prefix).entries) {
      if (selects(selection, resource, entry.value)) listener({ type: 'ADDED', entry })
    }
    return store.watch(prefix, store.revision, tell)
  }
  try {
    return store.watch(prefix, query.resourceVersion, tell)
  } catch (error) {
    if (!(error instanceof Compacted)) throw error
    throw expired(`too old resource version: ${query.resourceVersion} (${error.oldest})`)
  }
}

function transition(
  selection: Selection,
  resource: Call['resource'],
  { deleted, last, next }: StoreEvent<AnyObject>,
): ChangeSeen['type'] | undefined {
  const before = last !== undefined && selects(selection, resource, last.value)
  const now = !deleted && selects(selection, resource, next.value)
  if (before) return now ? 'MODIFIED' : 'DELETED'
  return now ? 'ADDED' : undefined
}

/** What has ceased to match is shown as it was, at the version of the change. */
function lastSeen({ key, revision, last, next }: StoreEvent<AnyObject>): Entry<AnyObject> {
  const { kind, apiVersion, metadata, ...rest } = last?.value ?? next.value
  const { resourceVersion } = next.value.metadata
  return Entry.of(key, revision, { kind, apiVersion, metadata: { ...metadata, resourceVersion }, ...rest })
}
