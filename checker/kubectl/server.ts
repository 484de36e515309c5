import http from 'node:http'
import https from 'node:https'
import { ApiError, failure } from '../../cluster/apimachinery/errors.ts'
import { CommandError, ConnectionError } from './errors.ts'
import type { Io } from './io.ts'
import type { Connection } from './kubeconfig.ts'

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  readonly contentType?: string
  readonly accept?: string
  readonly signal?: AbortSignal
}

export const ACCEPT_TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

/** One API server, spoken to over plain HTTPS. Failures of the server are ApiErrors, of the way to it ConnectionErrors. */
export class Server {
  readonly connection: Connection
  readonly #io: Io
  readonly #agent: http.Agent
  readonly #warned = new Set<string>()

  constructor(connection: Connection, io: Io) {
    this.connection = connection
    this.#io = io
    const { ca, cert, key, insecure, serverName } = connection
    this.#agent = connection.server.startsWith('https:')
      ? new https.Agent({
          keepAlive: true,
          ...(ca && { ca }),
          ...(cert && { cert }),
          ...(key && { key }),
          ...(serverName && { servername: serverName }),
          rejectUnauthorized: !insecure,
        })
      : new http.Agent({ keepAlive: true })
  }

  close(): void {
    this.#agent.destroy()
  }

  /** The answer as JSON. */
  async json<T>(path: string, call: Call = {}): Promise<T> {
    return JSON.parse(await this.text(path, call)) as T
  }

  async text(path: string, call: Call = {}): Promise<string> {
    const response = await this.#send(path, call)
    return await this.#whole(response)
  }

  /** The answer as it comes, in pieces of text, until the server or the signal ends it. */
  async *stream(path: string, call: Call = {}): AsyncGenerator<string> {
    const response = await this.#send(path, call)
    response.setEncoding('utf8')
    try {
      for await (const chunk of response) yield chunk as string
    } catch (error) {
      if (!call.signal?.aborted) throw this.#unreachable(error as NodeJS.ErrnoException)
    }
  }

  /** A watch: one JSON value a line. */
  async *lines<T>(path: string, call: Call = {}): AsyncGenerator<T> {
    let rest = ''
    for await (const chunk of this.stream(path, call)) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() as string
      for (const line of lines) if (line) yield JSON.parse(line) as T
    }
  }

  async #send(
    path: string,
    { method = 'GET', query = {}, body, contentType, accept, signal }: Call,
  ): Promise<http.IncomingMessage> {
    const url = new URL(this.connection.server + path)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value))
    const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    const headers: Record<string, string | number> = {
      accept: accept ?? 'application/json',
      'user-agent': 'kubectl/workbook',
    }
    if (this.connection.authorization) headers.authorization = this.connection.authorization
    if (payload !== undefined) {
      headers['content-type'] = contentType ?? 'application/json'
      headers['content-length'] = Buffer.byteLength(payload)
    }
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const send = url.protocol === 'https:' ? https.request : http.request
      const options = { method, headers, agent: this.#agent, ...(signal && { signal }) }
      send(url, options, resolve)
        .on('error', (error) => reject(this.#unreachable(error)))
        .end(payload)
    })
    this.#warn(response.headers.warning)
    if ((response.statusCode ?? 500) >= 400) throw asError(response.statusCode ?? 500, await this.#whole(response))
    return response
  }

  async #whole(response: http.IncomingMessage): Promise<string> {
    response.setEncoding('utf8')
    let text = ''
    try {
      for await (const chunk of response) text += chunk
    } catch (error) {
      throw this.#unreachable(error as NodeJS.ErrnoException)
    }
    return text
  }

  #unreachable(error: NodeJS.ErrnoException): Error {
    const { host } = new URL(this.connection.server)
    if (error.code === 'ABORT_ERR') return error
    if (error.code === 'ECONNREFUSED') {
      return new ConnectionError(
        `The connection to the server ${host} was refused - did you specify the right host or port?`,
      )
    }
    return new ConnectionError(`Unable to connect to the server: ${error.message || error.code}`)
  }

  /** RFC 7234 warnings (`299 - "text"`): each is told once. */
  #warn(header: string | undefined): void {
    for (const [, text] of (header ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)) {
      const words = (text as string).replace(/\\(.)/g, '$1')
      if (!this.#warned.has(words)) this.#io.stderr(`Warning: ${words}\n`)
      this.#warned.add(words)
    }
  }
}

/** What the server's refusal is: its own Status, or words of whoever stands between. */
export function asError(code: number, text: string): Error {
  try {
    const status = JSON.parse(text) as { kind?: string }
    if (status.kind === 'Status') return new ApiError(status as ApiError['status'])
  } catch {
    // Not the API server's own words: a proxy's page, or /healthz.
  }
  if (code === 401) return failure(401, 'Unauthorized', 'Unauthorized')
  if (code === 404) return failure(404, 'NotFound', 'the server could not find the requested resource')
  return new CommandError(`the server answered ${code}: ${text.trim().slice(0, 300)}`)
}
