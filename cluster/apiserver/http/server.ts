import { type IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { NodeConnector } from '../node-connector.ts'
import { reviewAt } from '../reviews/index.ts'
import { Authentication } from './authentication.ts'
import { answerError, answerText, type Exchange, type Upgrade } from './exchange.ts'
import type { Extension } from './extension.ts'
import { serveLog } from './log-handler.ts'
import { noSuchResource, Paths } from './paths.ts'
import { serveProxy } from './proxy-handler.ts'
import { parsePath } from './request-info.ts'
import type { Served } from './resource-answers.ts'
import { serveResource } from './resource-handler.ts'
import { serveReview } from './review-handler.ts'

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

/** The API over HTTPS. */
export class HttpServer {
  readonly #served: Served
  readonly #options: HttpServerOptions
  readonly #authentication: Authentication
  readonly #paths: Paths
  readonly #sockets = new Set<Socket>()
  readonly #server: Server

  constructor(served: Served, options: HttpServerOptions) {
    this.#served = served
    this.#options = options
    this.#authentication = new Authentication(options.token)
    this.#paths = new Paths(served.registry.resources)
    const { key, cert } = options.tls
    this.#server = createServer({ key, cert, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      void this.#answer(request, response)
    })
    this.#server.on('connection', (socket: Socket) => {
      socket.setNoDelay(true)
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#answerUpgrade(request, socket as Socket, head)
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

  /** HTTP lets go of such a connection: whoever does not upgrade it answers once, and it ends. */
  #answerUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(socket)
    response.once('finish', () => socket.end())
    socket.on('error', () => {})
    const protocol = request.headers.upgrade?.toLowerCase() ?? ''
    const leaveHttp = () => response.detachSocket(socket)
    void this.#answer(request, response, { protocol, request, socket, head, leaveHttp })
  }

  async #answer(request: IncomingMessage, response: ServerResponse, upgrade?: Upgrade): Promise<void> {
    const ended = this.#options.began?.()
    if (ended) (upgrade?.socket ?? response).once('close', ended)
    const [path = '/', search = ''] = split(request.url ?? '/')
    const exchange: Exchange = {
      request,
      response,
      method: request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET'),
      info: parsePath(path),
      query: new URLSearchParams(search),
      warnings: [],
      ...(upgrade && { upgrade }),
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
    if (!info.isResource) {
      this.#paths.serve(exchange)
      return
    }
    const { apiVersion, group, plural, name, namespace, subresource } = info
    if (group && !this.#paths.hasGroup(group)) {
      answerText(exchange, 404, '404 page not found\n')
      return
    }
    const { resources, clock } = this.#served.registry
    const review = reviewAt(apiVersion, plural)
    if (review) return serveReview(clock.now(), exchange, review)
    const resource = resources.at(apiVersion, plural)
    const misplaced =
      !resource ||
      (!resource.namespaced && namespace !== undefined) ||
      (resource.namespaced && namespace === undefined && name !== undefined) ||
      (subresource !== undefined && !resource.subresources.has(subresource)) ||
      (info.rest !== '' && subresource !== 'proxy')
    if (misplaced) throw noSuchResource()
    if (subresource === 'proxy') return serveProxy(this.#served, exchange, resource, this.#options.connector)
    if (subresource === 'exec' || subresource === 'attach') {
      const { serveCommand } = await import('./streams/exec-handler.ts')
      return await serveCommand(this.#served, exchange, resource, this.#options.connector)
    }
    if (subresource === 'portforward') {
      const { servePortForward } = await import('./streams/port-forward-handler.ts')
      return await servePortForward(this.#served, exchange, resource, this.#options.connector)
    }
    if (subresource === 'log') return serveLog(this.#served, exchange, resource, this.#options.connector)
    return serveResource(this.#served, exchange, resource)
  }
}

function split(url: string): [string, string] {
  const mark = url.indexOf('?')
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
}
