import type { Clock } from '../apimachinery/clock.ts'
import { sleep } from '../apimachinery/clock.ts'
import { isConflict } from '../apimachinery/errors.ts'
import type { AnyObject, KindName, Kinds } from '../apimachinery/objects.ts'
import type { ApiClient } from './api-client.ts'
import type { Work } from './cached-component.ts'
import type { Running } from './component.ts'
import { EventRecorder } from './event-recorder.ts'
import { type Change, keyOf } from './informer.ts'
import type { InformerCache } from './informer-cache.ts'
import { observingWrites } from './observed-writes.ts'
import { WorkQueue } from './work-queue.ts'

/** What a reconcile gets. It keeps nothing between calls. */
export interface Context {
  readonly api: ApiClient
  readonly cache: InformerCache
  readonly clock: Clock
  readonly events: EventRecorder
  /** Comes back to this key after `ms` of the clock, without counting as a failure. */
  requeueAfter(ms: number): void
}

/** Which keys of the controller's own kind a change of another kind concerns. */
export interface Watch<K extends KindName = KindName> {
  readonly kind: K
  keys(object: Kinds[K], cache: InformerCache): Iterable<string>
}

export interface ControllerSpec {
  /** The kind whose keys are reconciled. */
  readonly for: KindName
  /** Kinds whose objects concern their controlling owner of the kind above. */
  readonly owns?: readonly KindName[]
  readonly watches?: readonly Watch[]
  /** Kinds that are only read from the cache. */
  readonly reads?: readonly KindName[]
  /** How many keys at once; 5 unless told. */
  readonly workers?: number
  /**
   * Does what is missing for one key. Returns when done (also: object gone; the user's mistake, told by an Event); throws
   * what is transient, and is called again after a back-off.
   */
  reconcile(key: string, context: Context): Promise<void>
}

export interface Controller extends ControllerSpec {
  readonly name: string
}

/** Names a reconcile function and says what wakes it. */
export function controller(name: string, spec: ControllerSpec): Controller {
  return { name, ...spec }
}

/** A `watches` entry with the kind's own type in `keys`. */
export function watching<K extends KindName>(
  kind: K,
  keys: (object: Kinds[K], cache: InformerCache) => Iterable<string>,
): Watch {
  return { kind, keys } as unknown as Watch
}

/** What a manager of these controllers does: runs all of them over one cache. */
export function workOf(
  controllers: readonly Controller[],
  options: { readonly api: ApiClient; readonly clock: Clock; readonly report: (error: unknown) => void },
): Work {
  return {
    kinds: controllers.flatMap(({ for: own, owns = [], watches = [], reads = [] }) => [
      own,
      ...owns,
      ...watches.map(({ kind }) => kind),
      ...reads,
    ]),
    begin(cache) {
      const running = controllers.map((each) => run(each, { ...options, cache }))
      return {
        async stop() {
          await Promise.all(running.map((each) => each.stop()))
        },
      }
    },
  }
}

/** Starts a controller over a shared cache; all its informers are started by the caller. `onDefect` hears what is no ApiError. */
export function run(
  { name, for: own, owns = [], watches = [], workers = 5, reconcile }: Controller,
  {
    api,
    cache,
    clock,
    report,
  }: { api: ApiClient; cache: InformerCache; clock: Clock; report: (error: unknown) => void },
): Running {
  const queue = new WorkQueue(clock)
  const events = new EventRecorder(api, clock, name)
  const stopped = new AbortController()
  const listening = [
    cache.informer(own).listen(({ last, next }) => queue.add(keyOf((next ?? last) as AnyObject))),
    ...owns.map((kind) => cache.informer(kind).listen((change) => addOwners(change as Change<AnyObject>))),
    ...watches.map(({ kind, keys }) =>
      cache.informer(kind).listen(({ last, next }) => {
        for (const object of [last, next]) if (object) for (const key of keys(object as never, cache)) queue.add(key)
      }),
    ),
  ]
  for (const object of cache.list(own)) queue.add(keyOf(object))

  const [group = '', ownKind] = own.includes('/') ? [own.split('/')[0], own.split(' ')[1]] : ['', own.split(' ')[1]]
  function addOwners({ last, next }: Change<AnyObject>): void {
    for (const object of [last, next]) {
      const owner = object?.metadata.ownerReferences?.find((reference) => reference.controller)
      if (!object || !owner || owner.kind !== ownKind || groupOf(owner.apiVersion) !== group) continue
      const { namespace } = object.metadata
      queue.add(namespace ? `${namespace}/${owner.name}` : owner.name)
    }
  }

  async function work(): Promise<void> {
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      const current = key
      const observed = observingWrites(api, cache)
      let requeue: number | undefined
      try {
        const requeueAfter = (ms: number) => {
          requeue = Math.min(ms, requeue ?? ms)
        }
        await reconcile(current, { api: observed.api, cache, clock, events, requeueAfter })
        queue.forget(current)
        if (requeue !== undefined) queue.addAfter(current, requeue)
      } catch (error) {
        if (stopped.signal.aborted) return
        if (!isConflict(error)) report(error)
        queue.retry(current)
      }
      await arrival(observed.seen(), clock, stopped.signal)
      queue.done(current)
    }
  }
  const working = Promise.all(Array.from({ length: workers }, work))

  return {
    async stop() {
      for (const unlisten of listening) unlisten()
      stopped.abort()
      queue.close()
      await working
      await events.flushed()
    },
  }
}

/** Waits until the caches show what was written, but no longer than five seconds: a watch may be broken. */
async function arrival(seen: Promise<unknown>, clock: Clock, stopped: AbortSignal): Promise<void> {
  const enough = new AbortController()
  const limit = sleep(clock, 5_000, AbortSignal.any([enough.signal, stopped]))
  await Promise.race([seen, limit])
  enough.abort()
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
}
