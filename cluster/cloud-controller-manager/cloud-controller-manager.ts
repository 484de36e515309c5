import type { Clock } from '../apimachinery/clock.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { Component } from '../client/component.ts'
import { run } from '../client/controller.ts'
import { InformerCache } from '../client/informer-cache.ts'
import type { LoadBalancers } from './load-balancers.ts'
import { serviceController } from './service.ts'

interface Options {
  readonly api: ApiClient
  readonly clock: Clock
  readonly balancers: LoadBalancers
  /** Hears what went wrong in a reconcile and is tried again. */
  readonly report: (error: unknown) => void
}

/** What a cluster asks of its cloud: here, load balancers. While it is stopped, those that are there go on. */
export class CloudControllerManager implements Component {
  readonly name = 'cloud-controller-manager'
  readonly #options: Options
  #stop: (() => Promise<void>) | undefined

  constructor(options: Options) {
    this.#options = options
  }

  async start(): Promise<void> {
    if (this.#stop) return
    const { api, clock, balancers, report } = this.#options
    const cache = new InformerCache(api, clock)
    cache.informer('v1 Service')
    await cache.start()
    const running = run(serviceController(balancers), { api, cache, clock, report })
    this.#stop = async () => {
      await running.stop()
      await cache.stop()
    }
  }

  async stop(): Promise<void> {
    await this.#stop?.()
    this.#stop = undefined
  }
}
