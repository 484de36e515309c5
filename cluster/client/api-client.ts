import type { Draft, KindName, Kinds } from '../apimachinery/objects.ts'

/** Names one object. `namespace` is left out for cluster-scoped kinds. */
export interface ObjectKey {
  readonly namespace?: string
  readonly name: string
}

export interface ListOptions {
  /** Left out: all namespaces. */
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

export interface List<T> {
  readonly items: readonly T[]
  readonly resourceVersion: string
}

export interface WatchOptions extends ListOptions {
  /** Events after this version; left out: the present state as ADDED events first. */
  readonly resourceVersion?: string
  /** Ends the watch. */
  readonly signal: AbortSignal
}

/** An expired resourceVersion ends the iteration with an ApiError of reason `Expired`: list again. */
export type WatchEvent<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }

/** `finalize` is for namespaces only. */
export type Subresource = 'status' | 'scale' | 'finalize'

export type Patch = {
  readonly type: 'json' | 'merge' | 'strategic'
  readonly body: unknown
}

export interface WriteOptions {
  readonly subresource?: Subresource
  readonly dryRun?: boolean
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

/**
 * All that a component of the cluster knows of the world. In the practice cluster it is a loopback without serialisation;
 * the same component runs against a real kube-apiserver through the HTTPS one. Every method throws ApiError.
 */
export interface ApiClient {
  get<K extends KindName>(kind: K, key: ObjectKey): Promise<Kinds[K]>
  list<K extends KindName>(kind: K, options?: ListOptions): Promise<List<Kinds[K]>>
  watch<K extends KindName>(kind: K, options: WatchOptions): AsyncIterable<WatchEvent<Kinds[K]>>
  create<K extends KindName>(kind: K, object: Draft<Kinds[K]>): Promise<Kinds[K]>
  /** Replaces; a stale `metadata.resourceVersion` is a Conflict. */
  update<K extends KindName>(kind: K, object: Draft<Kinds[K]>, options?: WriteOptions): Promise<Kinds[K]>
  patch<K extends KindName>(kind: K, key: ObjectKey, patch: Patch, options?: WriteOptions): Promise<Kinds[K]>
  delete<K extends KindName>(kind: K, key: ObjectKey, options?: DeleteOptions): Promise<void>
  /** POST pods/binding: what the scheduler does. */
  bind(pod: ObjectKey & { readonly uid?: string }, node: string): Promise<void>
}
