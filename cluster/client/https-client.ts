import type { IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https'
import { ApiError, failure } from '../apimachinery/errors.ts'
import type { KindName, Kinds, Status } from '../apimachinery/objects.ts'
import type { ApiClient, List, ListOptions, ObjectKey, WatchEvent, WatchOptions, WriteOptions } from './api-client.ts'
import { pathOf } from './resource-path.ts'

export interface HttpsClientOptions {
  /** `https://127.0.0.1:6443` */
  readonly server: string
  readonly token: string
  /** PEM of who signed the server's certificate; left out, the machine's authorities. */
  readonly ca?: string
  /** Takes any certificate. */
  readonly insecure?: boolean
  /** The field manager: sent as User-Agent. */
  readonly manager?: string
}

/** An ApiClient whose connections can be closed. */
export type HttpsClient = ApiClient & { close(): void }

const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const

/** As client-go asks for, so that a list or watch does not hang on a dead connection for ever. */
const CONNECTIONS = 256

/**
 * The API of any Kubernetes over HTTPS, connections kept alive. Every method throws ApiError for what the server refuses, and the
 * network's own errors (with a `code`) when it cannot be reached.
 */
export function httpsClient({
  server,
  token,
  ca,
  insecure,
  manager = 'kubernetes-by-hand',
}: HttpsClientOptions): HttpsClient {
  const { hostname, port } = new URL(server)
  const agent = new Agent({
    keepAlive: true,
    maxSockets: CONNECTIONS,
    ...(ca && { ca }),
    rejectUnauthorized: !insecure,
  })
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json', 'user-agent': manager }

  function open(method: string, path: string, body?: unknown, type = 'application/json', signal?: AbortSignal) {
    const text = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    const options: RequestOptions = {
      agent,
      method,
      hostname,
      port: port || 443,
      path,
      headers: { ...headers, ...(text && { 'content-type': type, 'content-length': text.length }) },
      ...(signal && { signal }),
    }
    return new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpsRequest(options, resolve)
      request.on('error', reject)
      request.end(text)
    })
  }

  async function call<T>(method: string, path: string, body?: unknown, type?: string): Promise<T> {
    const response = await open(method, path, body, type)
    const text = await textOf(response)
    if ((response.statusCode ?? 500) < 300) return JSON.parse(text) as T
    throw errorOf(response.statusCode ?? 500, text)
  }

  /** Items of a list lack kind and apiVersion; they get them back. */
  async function list<K extends KindName>(kind: K, options: ListOptions = {}): Promise<List<Kinds[K]>> {
    const [apiVersion = '', name = ''] = kind.split(' ')
    const path = pathOf(kind, options) + search(selectors(options))
    const { metadata, items } = await call<{ metadata: { resourceVersion: string }; items: Kinds[K][] | null }>(
      'GET',
      path,
    )
    const complete = (items ?? []).map((item) => ({ ...item, apiVersion, kind: name }))
    return { items: complete, resourceVersion: metadata.resourceVersion }
  }

  async function* watch<K extends KindName>(kind: K, options: WatchOptions): AsyncGenerator<WatchEvent<Kinds[K]>> {
    const { resourceVersion, signal } = options
    if (signal.aborted) return
    const query = {
      ...selectors(options),
      watch: 'true',
      allowWatchBookmarks: 'true',
      ...(resourceVersion && { resourceVersion }),
    }
    try {
      const response = await open('GET', pathOf(kind, options) + search(query), undefined, undefined, signal)
      if (response.statusCode !== 200) throw errorOf(response.statusCode ?? 500, await textOf(response))
      for await (const line of linesOf(response)) {
        const { type, object } = JSON.parse(line) as { type: string; object: Kinds[K] & Status }
        if (type === 'ERROR') throw new ApiError(object)
        if (type === 'BOOKMARK') yield { type, resourceVersion: object.metadata.resourceVersion }
        else yield { type: type as 'ADDED', object }
      }
    } catch (error) {
      // Ended by the caller, or by a server that has closed the connection: both end the iteration, the informer goes on.
      if (signal.aborted || (error as NodeJS.ErrnoException).code === 'ECONNRESET') return
      throw error
    }
  }

  const path = (kind: KindName, key: ObjectKey, { subresource, dryRun }: WriteOptions = {}) =>
    pathOf(kind, key, subresource) + search(dryRun ? { dryRun: 'All' } : {})

  return {
    get: (kind, key) => call('GET', path(kind, key)),
    list,
    watch,
    create(kind, object) {
      const { namespace } = (object as { metadata?: { namespace?: string } }).metadata ?? {}
      return call('POST', pathOf(kind, namespace === undefined ? {} : { namespace }), typed(kind, object))
    },
    update(kind, object, options) {
      const { namespace, name = '' } = (object as { metadata?: { namespace?: string; name?: string } }).metadata ?? {}
      return call('PUT', path(kind, { name, ...(namespace && { namespace }) }, options), typed(kind, object))
    },
    patch: (kind, key, { type, body }, options) => call('PATCH', path(kind, key, options), body, PATCH_TYPES[type]),
    async delete(kind, key, options = {}) {
      await call('DELETE', path(kind, key), { apiVersion: 'v1', kind: 'DeleteOptions', ...options })
    },
    async bind({ uid, name, namespace = 'default' }, node) {
      await call('POST', pathOf('v1 Pod', { namespace, name }, 'binding'), {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name, namespace, ...(uid && { uid }) },
        target: { apiVersion: 'v1', kind: 'Node', name: node },
      })
    },
    close: () => agent.destroy(),
  }
}

function typed(kind: KindName, object: object): object {
  const [apiVersion, name] = kind.split(' ')
  return { apiVersion, kind: name, ...object }
}

function selectors({ labelSelector, fieldSelector }: ListOptions): Record<string, string> {
  return { ...(labelSelector && { labelSelector }), ...(fieldSelector && { fieldSelector }) }
}

function search(query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString()
  return text && `?${text}`
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding('utf8')
  let rest = ''
  for await (const text of response as AsyncIterable<string>) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line) yield line
  }
}

/** The Status in the body, or one made of whatever the server (or something before it) answered. */
function errorOf(code: number, text: string): ApiError {
  try {
    const status = JSON.parse(text) as Status
    if (status.kind === 'Status') return new ApiError(status)
  } catch {
    // Not JSON: a proxy's page, or plain text.
  }
  return failure(code, code === 404 ? 'NotFound' : 'InternalError', text.trim() || `the server answered ${code}`)
}
