import type { Clock } from '../apimachinery/clock.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { Component } from '../client/component.ts'
import { run } from '../client/controller.ts'
import { InformerCache } from '../client/informer-cache.ts'
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
export class ControllerManager implements Component {
  readonly name = 'controller-manager'
  readonly #options: Options
  #stop: (() => Promise<void>) | undefined

  constructor(options: Options) {
    this.#options = options
  }

  async start(): Promise<void> {
    if (this.#stop) return
    const { api, clock, certificate, report } = this.#options
    const cache = new InformerCache(api, clock)
    const all = controllers(certificate)
    for (const { for: own, owns = [], watches = [], reads = [] } of all) {
      for (const kind of [own, ...owns, ...watches.map((watch) => watch.kind), ...reads]) cache.informer(kind)
    }
    let stopped = false
    let running: ReturnType<typeof run>[] = []
    this.#stop = async () => {
      stopped = true
      await Promise.all(running.map((controller) => controller.stop()))
      await cache.stop()
    }
    await cache.start()
    // Caches first: a controller that reads an empty one would think that nothing is there.
    if (!stopped) running = all.map((controller) => run(controller, { api, cache, clock, report }))
  }

  async stop(): Promise<void> {
    await this.#stop?.()
    this.#stop = undefined
  }
}
