import type { Clock } from '../apimachinery/clock.ts'
import type { ApiClient } from '../client/api-client.ts'
import { CachedComponent } from '../client/cached-component.ts'
import { workOf } from '../client/controller.ts'
import type { LoadBalancers } from './load-balancers.ts'
import { serviceController } from './service.ts'

interface Options {
  readonly api: ApiClient
  readonly clock: Clock
  readonly balancers: LoadBalancers
  /** Hears what went wrong in a reconcile and is tried again; conflicts are not told. */
  readonly report: (error: unknown) => void
}

/** What a cluster asks of its cloud: here, load balancers. While it is stopped, those that are there go on. */
export class CloudControllerManager extends CachedComponent {
  readonly #options: Options

  constructor(options: Options) {
    super('cloud-controller-manager', options)
    this.#options = options
  }

  protected work() {
    return workOf([serviceController(this.#options.balancers)], this.#options)
  }
}
