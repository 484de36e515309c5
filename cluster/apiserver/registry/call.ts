import type { Clock } from '../../apimachinery/clock.ts'
import type { AnyObject } from '../../apimachinery/objects.ts'
import type { Store } from '../../etcd/store.ts'
import type { Resource, Resources } from '../resource.ts'

/** What every verb works with. */
export interface Registry {
  readonly store: Store<AnyObject>
  readonly resources: Resources
  readonly clock: Clock
}

/** Who asks for what, without the body. */
export interface Call {
  readonly resource: Resource
  /** Absent: all namespaces, or a cluster-scoped resource. */
  readonly namespace?: string
  readonly name?: string
  readonly subresource?: string
  /** The field manager: `kubectl-client-side-apply`, a component's name, … */
  readonly manager: string
  readonly dryRun: boolean
  /** Hears what goes into `Warning` headers. */
  warn(text: string): void
}
