import type { AnyObject, KindName } from '../../apimachinery/objects.ts'
import { keyOf } from '../../client/informer.ts'
import type { InformerCache } from '../../client/informer-cache.ts'
import { ownableKinds } from '../resources.ts'

export interface Dependent {
  readonly kind: KindName
  readonly key: string
}

const indexes = new WeakMap<InformerCache, OwnerIndex>()

/** Which objects name which owner, by the owner's uid, kept up to date from a cache. */
export class OwnerIndex {
  readonly #byOwner = new Map<string, Map<string, Dependent>>()

  private constructor(cache: InformerCache) {
    for (const kind of ownableKinds) {
      const informer = cache.informer(kind)
      informer.listen(({ last, next }) => {
        if (last) this.#drop(kind, last as AnyObject)
        if (next) this.#add(kind, next as AnyObject)
      })
      for (const object of informer.list()) this.#add(kind, object as AnyObject)
    }
  }

  /** The one index of a cache. */
  static of(cache: InformerCache): OwnerIndex {
    let index = indexes.get(cache)
    if (!index) {
      index = new OwnerIndex(cache)
      indexes.set(cache, index)
    }
    return index
  }

  dependentsOf(uid: string): readonly Dependent[] {
    return [...(this.#byOwner.get(uid)?.values() ?? [])]
  }

  #add(kind: KindName, object: AnyObject): void {
    const key = keyOf(object)
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const dependents = this.#byOwner.get(uid) ?? new Map<string, Dependent>()
      this.#byOwner.set(uid, dependents)
      dependents.set(`${kind} ${key}`, { kind, key })
    }
  }

  #drop(kind: KindName, object: AnyObject): void {
    const key = keyOf(object)
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const dependents = this.#byOwner.get(uid)
      dependents?.delete(`${kind} ${key}`)
      if (dependents?.size === 0) this.#byOwner.delete(uid)
    }
  }
}
