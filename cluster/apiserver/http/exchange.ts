import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { ApiError } from '../../apimachinery/errors.ts'
import type { Status } from '../../apimachinery/objects.ts'
import { toYaml } from '../decoding/yaml.ts'
import { plainError } from '../registry/refusals.ts'
import type { RequestInfo } from './request-info.ts'

/** A request with its answer. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  readonly info: RequestInfo
  readonly query: URLSearchParams
  /** Texts for `Warning` headers, collected until the answer is written. */
  readonly warnings: string[]
  /** Set when the client asks for another protocol than HTTP on this connection. */
  readonly upgrade?: Upgrade
}

/** A connection that may leave HTTP behind. */
export interface Upgrade {
  /** `websocket`, `spdy/3.1` */
  readonly protocol: string
  readonly request: IncomingMessage
  readonly socket: Duplex
  /** What the client has sent already beyond its request. */
  readonly head: Buffer
  /** To be called before anything is written that is no HTTP. */
  leaveHttp(): void
}

const JSON_TYPE = 'application/json'
const YAML_TYPE = 'application/yaml'

export function answerJson({ response, warnings }: Exchange, code: number, json: string, type = JSON_TYPE): void {
  const body = Buffer.from(json)
  if (warnings.length > 0) response.setHeader('warning', warnings.map(warningHeader))
  response.writeHead(code, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-cache, private',
  })
  response.end(body)
}

/** An object of the API, as YAML where the client asks for that first. */
export function answerObject(exchange: Exchange, code: number, json: string): void {
  const wanted = exchange.request.headers.accept?.trimStart().startsWith(YAML_TYPE) ?? false
  if (wanted) answerJson(exchange, code, toYaml(JSON.parse(json)), YAML_TYPE)
  else answerJson(exchange, code, json)
}

export function answerText({ response }: Exchange, code: number, text: string): void {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
  response.end(text)
}

export function answerStatus(exchange: Exchange, status: Status): void {
  const { response } = exchange
  const retry = status.details?.retryAfterSeconds
  if (retry) response.setHeader('retry-after', String(retry))
  answerObject(exchange, status.code ?? 200, JSON.stringify(status))
}

/** Any error as a Status: what is no ApiError is a defect here, and a 500 there. */
export function answerError(exchange: Exchange, error: unknown): void {
  if (exchange.response.headersSent) {
    exchange.response.destroy()
    return
  }
  answerStatus(exchange, statusOf(error))
}

export function statusOf(error: unknown): Status {
  if (error instanceof ApiError) return error.status
  return plainError(error instanceof Error ? error.message : String(error)).status
}

/** `299 - "unknown field \"nope\""`: HTTP allows no line breaks and no bare quotes there. */
function warningHeader(text: string): string {
  const quoted = text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/["\\]/g, '\\$&')
  return `299 - "${Buffer.from(quoted).toString('latin1')}"`
}
