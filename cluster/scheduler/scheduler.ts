import type { KindName } from '../apimachinery/objects.ts'
import { CachedComponent } from '../client/cached-component.ts'
import type { InformerCache } from '../client/informer-cache.ts'
import { type Options, Round } from './round.ts'

const READS: readonly KindName[] = ['v1 Pod', 'v1 Node', 'v1 Namespace', 'v1 Service', 'apps/v1 ReplicaSet']

/**
 * Finds a node for each pod that has none, one pod at a time, and binds it. What it has bound counts at once, before the
 * binding comes back through the watch. Follows pkg/scheduler.
 */
export class Scheduler extends CachedComponent {
  readonly #options: Options

  constructor(options: Options) {
    super('scheduler', options)
    this.#options = options
  }

  protected work() {
    return { kinds: READS, begin: (cache: InformerCache) => new Round(cache, this.#options) }
  }
}
