import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { failure } from '../../apimachinery/errors.ts'
import type { Extension } from '../api-server.ts'
import type { NodeConnector } from '../node-connector.ts'
import { negotiate } from './accept.ts'
import { Authentication } from './authentication.ts'
import { Discovery } from './discovery.ts'
import { answerError, answerJson, answerText, type Exchange } from './exchange.ts'
import { serveLog } from './log-handler.ts'
import { OpenApi } from './openapi.ts'
import { serveProxy } from './proxy-handler.ts'
import { parsePath } from './request-info.ts'
import { type Served, serveResource } from './resource-handler.ts'
import { VERSION } from './version.ts'

export interface HttpServerOptions {
  readonly port: number
  readonly host: string
  readonly tls: { readonly key: string; readonly cert: string }
  readonly token: string
  readonly connector: NodeConnector
  readonly extension?: Extension
  readonly began?: () => () => void
}

/** A request that does not come is no reason to hold the connection for ever; watches are responses and not concerned. */
const KEEP_ALIVE_MS = 90_000
const HEALTH = /^\/(healthz|livez|readyz)(\/(ping|log|etcd))?$/

/** The API over HTTPS. */
export class HttpServer {
  readonly #served: Served
  readonly #options: HttpServerOptions
  readonly #authentication: Authentication
  readonly #discovery: Discovery
  readonly #openApi: OpenApi
  readonly #sockets = new Set<Socket>()
  readonly #server: Server

  constructor(served: Served, options: HttpServerOptions) {
    this.#served = served
    this.#options = options
    this.#authentication = new Authentication(options.token)
    this.#discovery = new Discovery(served.registry.resources)
    this.#openApi = new OpenApi(served.registry.resources)
    const { key, cert } = options.tls
    this.#server = createServer({ key, cert, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      void this.#answer(request, response)
    })
    this.#server.on('connection', (socket: Socket) => {
      socket.setNoDelay(true)
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    // What is no TLS or no HTTP is the client's affair.
    this.#server.on('tlsClientError', () => {})
    this.#server.on('clientError', (_error, socket) => socket.destroy())
  }

  /** Resolves with the port that it listens on. Rejects when it cannot be had. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#options.port, this.#options.host, () => {
        this.#server.off('error', reject)
        resolve((this.#server.address() as AddressInfo).port)
      })
    })
  }

  /** Takes no more requests, ends what runs (watches, logs) and resolves when nothing is left. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      for (const socket of this.#sockets) socket.destroy()
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const ended = this.#options.began?.()
    if (ended) response.once('close', ended)
    const [path = '/', search = ''] = split(request.url ?? '/')
    const exchange: Exchange = {
      request,
      response,
      method: request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET'),
      info: parsePath(path),
      query: new URLSearchParams(search),
      warnings: [],
    }
    // A client that goes away in the middle of an answer is nobody's failure.
    request.on('error', () => {})
    response.on('error', () => {})
    try {
      this.#authentication.check(request.headers.authorization, exchange.method, exchange.info, exchange.query)
      const { extension } = this.#options
      if (extension && path.startsWith(extension.prefix)) return await extension.serve(request, response)
      await this.#route(exchange)
    } catch (error) {
      answerError(exchange, error)
    }
  }

  async #route(exchange: Exchange): Promise<void> {
    const { info } = exchange
    if (!info.isResource) return this.#answerPath(exchange)
    const { apiVersion, group, plural, name, namespace, subresource } = info
    if (group && !this.#discovery.hasGroup(group)) return answerText(exchange, 404, '404 page not found\n')
    const resource = this.#served.registry.resources.at(apiVersion, plural)
    const misplaced =
      !resource ||
      (!resource.namespaced && namespace !== undefined) ||
      (resource.namespaced && namespace === undefined && name !== undefined) ||
      (subresource !== undefined && !resource.subresources.has(subresource)) ||
      (info.rest !== '' && subresource !== 'proxy')
    if (misplaced) throw noSuchResource()
    if (subresource === 'proxy') return serveProxy(this.#served, exchange, resource, this.#options.connector)
    if (subresource === 'log') return serveLog(this.#served, exchange, resource, this.#options.connector)
    return serveResource(this.#served, exchange, resource)
  }

  /** What `GET /` lists. */
  #paths(): string[] {
    const { resources } = this.#served.registry
    const groups = resources.groups.filter(Boolean)
    const versions = resources.all.filter(({ group }) => group).map(({ apiVersion }) => `/apis/${apiVersion}`)
    const apis = [...groups.map((group) => `/apis/${group}`), ...versions]
    const others = ['/healthz', '/livez', '/openapi/v3', '/readyz', '/version']
    return [...new Set(['/api', '/api/v1', '/apis', ...apis.sort(), ...others])]
  }

  #answerPath(exchange: Exchange): void {
    const { info, request, query } = exchange
    const path = info.path.length > 1 ? info.path.replace(/\/$/, '') : info.path
    const discovery = this.#discovery
    if (path === '/version') return answerJson(exchange, 200, JSON.stringify(VERSION))
    if (HEALTH.test(path)) {
      const name = path.split('/')[1]
      const verbose = query.has('verbose') ? `[+]ping ok\n[+]log ok\n[+]etcd ok\n${name} check passed\n` : 'ok'
      return answerText(exchange, 200, verbose)
    }
    if (path === '/api' || path === '/apis') {
      const accepted = negotiate(request.headers.accept, ['APIGroupDiscoveryList'])
      if (accepted.as) {
        const version = accepted.version ?? 'v2'
        const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
        return answerJson(exchange, 200, JSON.stringify(discovery.aggregated(path === '/api', version)), type)
      }
      const address = `${request.headers.host ?? ''}`
      const list = path === '/api' ? discovery.coreVersions(address) : discovery.groupList()
      return answerJson(exchange, 200, JSON.stringify(list))
    }
    if (path === '/') return answerJson(exchange, 200, JSON.stringify({ paths: this.#paths() }))
    if (path === '/openapi/v3') return answerJson(exchange, 200, JSON.stringify(this.#openApi.index()))
    if (path.startsWith('/openapi/v3/')) {
      const document = this.#openApi.document(path.slice('/openapi/v3/'.length))
      if (document !== undefined) return answerJson(exchange, 200, document)
      exchange.response.writeHead(404).end()
      return
    }
    const [, root, first = '', second, ...more] = path.split('/')
    if (root === 'api' && second === undefined) {
      if (discovery.hasVersion(first)) return answerJson(exchange, 200, JSON.stringify(discovery.resourceList(first)))
      throw noSuchResource()
    }
    if (root === 'api') throw noSuchResource()
    if (root === 'apis' && more.length === 0 && discovery.hasGroup(first)) {
      if (second === undefined) return answerJson(exchange, 200, JSON.stringify(discovery.group(first)))
      const apiVersion = `${first}/${second}`
      if (!discovery.hasVersion(apiVersion)) throw noSuchResource()
      return answerJson(exchange, 200, JSON.stringify(discovery.resourceList(apiVersion)))
    }
    answerText(exchange, 404, '404 page not found\n')
  }
}

function noSuchResource() {
  return failure(404, 'NotFound', 'the server could not find the requested resource', {})
}

function split(url: string): [string, string] {
  const mark = url.indexOf('?')
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
}
