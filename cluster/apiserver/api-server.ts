import type { Clock } from '../apimachinery/clock.ts'
import type { AnyObject } from '../apimachinery/objects.ts'
import type { ApiClient } from '../client/api-client.ts'
import { Store } from '../etcd/store.ts'
import { createDefaults, createKubernetesService } from './default-objects.ts'
import { expireEvents } from './event-ttl.ts'
import { describeColumn } from './http/column-descriptions.ts'
import type { Extension } from './http/extension.ts'
import { HttpServer } from './http/server.ts'
import { kinds } from './kinds/index.ts'
import { loopback } from './loopback.ts'
import type { NodeConnector } from './node-connector.ts'
import type { Registry } from './registry/call.ts'
import { Resources } from './resource.ts'
import { Turns } from './turns.ts'

export interface ApiServerOptions {
  /** Where the store keeps its log. */
  readonly stateFolder: string
  /** 0: any free one. */
  readonly port: number
  readonly tls: { readonly key: string; readonly cert: string }
  /** The administrator's bearer token. */
  readonly token: string
  readonly clock: Clock
  readonly connector: NodeConnector
  /** 127.0.0.1 unless told. */
  readonly host?: string
  /** What is answered beside Kubernetes' API, to the administrator only. */
  readonly extension?: Extension
  /** Called when a request begins; what it gives is called when its answer has ended. */
  readonly began?: () => () => void
}

export interface ApiServer {
  /** `https://127.0.0.1:6550` */
  readonly url: string
  /** A loopback client that writes as this field manager. */
  client(manager: string): ApiClient
  close(): Promise<void>
}

/**
 * Starts the API server; resolves when it answers, with the default namespaces and the `kubernetes` Service made.
 *
 * @example
 * const server = await startApiServer({ stateFolder, port: 0, tls: { key, cert }, token, clock: new RealClock(), connector })
 * const api = server.client('kube-scheduler')
 * await api.create('v1 ConfigMap', { metadata: { name: 'settings', namespace: 'default' }, data: { greeting: 'Hello' } })
 * await server.close()
 */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const store = new Store<AnyObject>(options.stateFolder)
  const registry: Registry = { store, resources: new Resources(kinds), clock: options.clock }
  createDefaults(registry)
  const { port, tls, token, connector, extension, began, host = '127.0.0.1' } = options
  const served = { registry, describeColumn }
  const server = new HttpServer(served, {
    port,
    host,
    tls,
    token,
    connector,
    ...(extension && { extension }),
    ...(began && { began }),
  })
  let listening: number
  try {
    listening = await server.listen()
  } catch (error) {
    store.close()
    throw error
  }
  createKubernetesService(registry, listening)
  const stopExpiring = expireEvents(registry)
  const turns = new Turns()
  return {
    url: `https://${host}:${listening}`,
    client: (manager) => loopback(registry, manager, turns),
    async close() {
      stopExpiring()
      await server.close()
      store.close()
    },
  }
}
