import type { KindName } from '../apimachinery/objects.ts'
import type { ApiClient, ObjectKey } from './api-client.ts'
import { keyOf } from './informer.ts'
import type { InformerCache } from './informer-cache.ts'

/**
 * An ApiClient that remembers what was written through it, so that a controller does not look again before its cache shows it:
 * client-go's expectations, for all kinds at once. Kinds without an informer are not waited for.
 */
export function observingWrites(api: ApiClient, cache: InformerCache): { api: ApiClient; seen(): Promise<unknown> } {
  const expected: { kind: KindName; arrived: () => boolean }[] = []

  function wrote<T extends { readonly metadata: { readonly resourceVersion: string } }>(kind: KindName, object: T): T {
    const { resourceVersion } = object.metadata
    expect(kind, () => cache.informer(kind).hasSeen(resourceVersion))
    return object
  }
  function deleted(kind: KindName, key: ObjectKey): void {
    if (!cache.has(kind)) return
    const path = keyOf({ metadata: key })
    const uid = cache.get(kind, path)?.metadata.uid
    expect(kind, () => {
      const now = cache.get(kind, path)
      return !now || now.metadata.uid !== uid || now.metadata.deletionTimestamp !== undefined
    })
  }
  function expect(kind: KindName, arrived: () => boolean): void {
    if (cache.has(kind)) expected.push({ kind, arrived })
  }

  return {
    api: {
      get: (kind, key) => api.get(kind, key),
      list: (kind, options) => api.list(kind, options),
      watch: (kind, options) => api.watch(kind, options),
      create: async (kind, object) => wrote(kind, await api.create(kind, object)),
      update: async (kind, object, options) => wrote(kind, await api.update(kind, object, options)),
      patch: async (kind, key, patch, options) => wrote(kind, await api.patch(kind, key, patch, options)),
      async delete(kind, key, options) {
        await api.delete(kind, key, options)
        deleted(kind, key)
      },
      bind: (pod, node) => api.bind(pod, node),
    },
    seen: () =>
      Promise.all(
        expected.map(({ kind, arrived }) => {
          if (arrived()) return undefined
          return new Promise<void>((resolve) => {
            const unlisten = cache.informer(kind).listen(() => {
              // The informer moves its version on after telling its listeners.
              queueMicrotask(() => {
                if (!arrived()) return
                unlisten()
                resolve()
              })
            })
          })
        }),
      ),
  }
}
