import type { Clock } from '../apimachinery/clock.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { Component } from '../client/component.ts'
import { type Controller, type Running, run } from '../client/controller.ts'
import { InformerCache } from '../client/informer-cache.ts'

/** Several controllers over one cache, started and stopped together, as kube-controller-manager runs its own. */
export class ControllerManager implements Component {
  readonly name: string
  readonly #controllers: readonly Controller[]
  readonly #api: ApiClient
  readonly #clock: Clock
  readonly #report: (error: unknown) => void
  #running: { readonly cache: InformerCache; readonly controllers: readonly Running[] } | undefined

  constructor(
    name: string,
    controllers: readonly Controller[],
    { api, clock, report }: { api: ApiClient; clock: Clock; report: (error: unknown) => void },
  ) {
    this.name = name
    this.#controllers = controllers
    this.#api = api
    this.#clock = clock
    this.#report = report
  }

  async start(): Promise<void> {
    if (this.#running) return
    const cache = new InformerCache(this.#api, this.#clock)
    for (const { for: own, owns = [], watches = [], reads = [] } of this.#controllers) {
      for (const kind of [own, ...owns, ...watches.map((watch) => watch.kind), ...reads]) cache.informer(kind)
    }
    await cache.start()
    const shared = { api: this.#api, cache, clock: this.#clock, report: this.#report }
    this.#running = { cache, controllers: this.#controllers.map((controller) => run(controller, shared)) }
  }

  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await Promise.all((running?.controllers ?? []).map((controller) => controller.stop()))
    await running?.cache.stop()
  }
}
