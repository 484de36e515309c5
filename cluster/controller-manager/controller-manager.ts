import type { Clock } from '../apimachinery/clock.ts'
import type { ApiClient } from '../client/api-client.ts'
import { CachedComponent } from '../client/cached-component.ts'
import { workOf } from '../client/controller.ts'
import { controllers } from './controllers.ts'

interface Options {
  readonly api: ApiClient
  readonly clock: Clock
  /** The API server's certificate as PEM: what pods trust it by. */
  readonly certificate: string
  /** Hears what went wrong in a reconcile and is tried again; conflicts are not told. */
  readonly report: (error: unknown) => void
}

/** Runs all controllers over one shared cache. */
export class ControllerManager extends CachedComponent {
  readonly #options: Options

  constructor(options: Options) {
    super('controller-manager', options)
    this.#options = options
  }

  protected work() {
    return workOf(controllers(this.#options.certificate), this.#options)
  }
}
