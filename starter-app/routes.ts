import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { sendJson, sendText } from './answers.ts'
import { block, burn } from './load.ts'
import { log } from './log.ts'
import { readiness } from './readiness.ts'
import type { Settings } from './settings.ts'

/** Milliseconds that `/stress` and `/slow` take at most. */
const LONGEST_MS = 60_000

export interface Visit {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly query: URLSearchParams
  readonly settings: Settings
}

type Handler = (visit: Visit) => void | Promise<void>

/** The client asked for something that makes no sense: 400, and the message is for it to read. */
export class BadRequest extends Error {}

/** Path, then method. HEAD is answered where GET is. */
export const routes: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  '/': { GET: greet },
  '/health': { GET: ({ response }) => sendJson(response, 200, { status: 'ok' }) },
  '/ready': { GET: ({ response }) => sendReadiness(response, readiness.ready ? 200 : 503) },
  '/ready/disable': {
    POST: ({ response }) => {
      readiness.disable()
      log('warn', 'readiness disabled: /ready answers 503 from now on')
      sendReadiness(response, 200)
    },
  },
  '/ready/enable': {
    POST: ({ response }) => {
      readiness.enable()
      log('info', 'readiness enabled')
      sendReadiness(response, 200)
    },
  },
  '/crash': { POST: crash },
  '/hang': { POST: hang },
  '/config': { GET: showConfig },
  '/info': { GET: showInfo },
  '/version': { GET: ({ response, settings }) => sendJson(response, 200, { version: settings.version }) },
  '/stress': {
    GET: async ({ request, response, query }) => {
      const ms = milliseconds(query)
      await burn(ms, () => !request.socket.destroyed)
      sendJson(response, 200, { burned: ms })
    },
  },
  '/slow': {
    GET: async ({ response, query }) => {
      const ms = milliseconds(query)
      await sleep(ms, undefined, { signal: closed(response) }).catch(() => undefined)
      sendJson(response, 200, { waited: ms })
    },
  },
}

/** One line that a person can read; the same as JSON for who asks for it. */
function greet({ request, response, settings: { greeting, host, version } }: Visit): void {
  response.setHeader('vary', 'accept')
  if (request.headers.accept?.includes('application/json')) sendJson(response, 200, { greeting, host, version })
  else sendText(response, 200, `${greeting} from ${host} (version ${version})`)
}

function sendReadiness(response: ServerResponse, status: number): void {
  sendJson(response, status, { status: readiness.ready ? 'ready' : 'not ready' })
}

/** The answer goes out before the process does, so that the client knows that it was heard. */
function crash({ response }: Visit): void {
  response.setHeader('connection', 'close')
  response.once('close', () => log('error', 'crashing because POST /crash asked for it', {}, () => process.exit(1)))
  sendJson(response, 200, { status: 'crashing' })
}

function hang({ response }: Visit): void {
  response.setHeader('connection', 'close')
  response.once('close', () => log('error', 'hanging because POST /hang asked for it', {}, () => block(Infinity)))
  sendJson(response, 200, { status: 'hanging' })
}

/** The settings as the environment gave them. Of a secret it says only whether it is there. */
function showConfig({ response, settings }: Visit): void {
  const { port, greeting, version, hasApiKey } = settings
  const API_KEY = hasApiKey ? 'set' : 'not set'
  sendJson(response, 200, { PORT: port, GREETING: greeting, APP_VERSION: version, API_KEY })
}

/** Uptime in seconds, memory (resident) in MiB. */
function showInfo({ response, settings: { host, version } }: Visit): void {
  const memory = Math.round(process.memoryUsage.rss() / 1024 ** 2)
  const uptime = Math.round(process.uptime() * 10) / 10
  sendJson(response, 200, { host, version, pid: process.pid, node: process.version, uptime, memory })
}

function milliseconds(query: URLSearchParams): number {
  const text = query.get('ms') ?? '1000'
  if (/^\d+$/.test(text) && Number(text) <= LONGEST_MS) return Number(text)
  throw new BadRequest(
    `ms must be a whole number of milliseconds from 0 to ${LONGEST_MS}, but it is ${JSON.stringify(text)}`,
  )
}

/** Aborted when the client has gone. */
function closed(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => controller.abort())
  return controller.signal
}
