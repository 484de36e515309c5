import type { AnyObject, KindName, Kinds } from '../apimachinery/objects.ts'
import type {
  ApiClient,
  List,
  ListOptions,
  ObjectKey,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../client/api-client.ts'
import { bind } from './registry/binding.ts'
import type { Call, Registry } from './registry/call.ts'
import { create } from './registry/create.ts'
import { remove } from './registry/delete.ts'
import { list } from './registry/list.ts'
import { patch } from './registry/patch.ts'
import { get } from './registry/read.ts'
import { selectionOf } from './registry/selectors.ts'
import { update } from './registry/update.ts'
import { type ChangeSeen, watch } from './registry/watch.ts'
import { Turns } from './turns.ts'

/**
 * The API without a network: the same verbs, nothing serialised, objects shared and deep-frozen. `manager` is the field manager of
 * what is written through it, as a program's User-Agent is over HTTP; `turns` are shared by all clients of a server.
 */
export function loopback(registry: Registry, manager: string, turns = new Turns()): ApiClient {
  const call = (kind: KindName, key: Partial<ObjectKey> = {}, options: WriteOptions = {}): Call => ({
    resource: registry.resources.of(kind),
    ...(key.namespace !== undefined && { namespace: key.namespace }),
    ...(key.name !== undefined && { name: key.name }),
    ...(options.subresource && { subresource: options.subresource }),
    manager,
    dryRun: options.dryRun ?? false,
    warn() {},
  })
  const keyOf = (object: { readonly metadata?: { readonly namespace?: string; readonly name?: string } }) => ({
    ...(object.metadata?.namespace !== undefined && { namespace: object.metadata.namespace }),
    ...(object.metadata?.name !== undefined && { name: object.metadata.name }),
  })
  const as = <K extends KindName>(value: AnyObject) => value as unknown as Kinds[K]

  return {
    async get(kind, key) {
      return as(get(registry, call(kind, key)).value)
    },
    async list<K extends KindName>(kind: K, options: ListOptions = {}): Promise<List<Kinds[K]>> {
      const asked = call(kind, options)
      const selection = selectionOf(asked.resource, options.labelSelector, options.fieldSelector)
      const { entries, resourceVersion } = list(registry, asked, { selection })
      return { items: entries.map(({ value }) => as<K>(value)), resourceVersion }
    },
    watch: (kind, options) => follow(registry, call(kind, options), options),
    async create(kind, object) {
      return await turns.run(() => as(create(registry, call(kind, keyOf(object as never)), object).value))
    },
    async update(kind, object, options) {
      return await turns.run(() =>
        as(update(registry, call(kind, keyOf(object as never), options), object).entry.value),
      )
    },
    async patch(kind, key, body, options) {
      return await turns.run(() => as(patch(registry, call(kind, key, options), body).value))
    },
    async delete(kind, key, options = {}) {
      await turns.run(() => remove(registry, call(kind, key), options))
    },
    async bind({ uid, ...key }, node) {
      const target = { kind: 'Node', name: node }
      await turns.run(() => bind(registry, call('v1 Pod', key), { target, ...(uid && { uid }) }))
    },
  }
}

/** A watch as an iteration: changes wait in order until they are asked for. */
async function* follow<K extends KindName>(
  registry: Registry,
  call: Call,
  { labelSelector, fieldSelector, resourceVersion, signal }: WatchOptions,
): AsyncGenerator<WatchEvent<Kinds[K]>> {
  if (signal.aborted) return
  let waiting: ChangeSeen[] = []
  let wake = () => {}
  const selection = selectionOf(call.resource, labelSelector, fieldSelector)
  const from = resourceVersion && resourceVersion !== '0' ? Number(resourceVersion) : undefined
  const query = { selection, ...(from !== undefined && { resourceVersion: from }) }
  const stop = watch(registry, call, query, (change) => {
    waiting.push(change)
    wake()
  })
  const aborted = () => wake()
  signal.addEventListener('abort', aborted)
  try {
    while (!signal.aborted) {
      const batch = waiting
      waiting = []
      for (const { type, entry } of batch) {
        if (signal.aborted) return
        yield { type, object: entry.value as unknown as Kinds[K] }
      }
      if (waiting.length === 0 && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    stop()
    signal.removeEventListener('abort', aborted)
  }
}
