import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ClusterStatus } from './status.ts'

/** What the door lets one do; each rejects with a message for the learner. */
export interface Behind {
  status(): Promise<ClusterStatus>
  start(component: string): Promise<void>
  stop(component: string): Promise<void>
  setSpeed(speed: number): void
  /** Called once the answer is sent. */
  shutdown(): void
}

/** More than any request to this door needs. Bytes. */
const LONGEST_BODY = 10_000
/** The fastest that a control plane's clock may go: beyond it, heartbeats would come too late. */
const FASTEST = 100

/**
 * The practice cluster's own door beside the Kubernetes API, under /practice/v1/. Whoever calls this has checked the
 * administrator's token.
 */
export function practiceDoor(behind: Behind): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const name = new URL(request.url ?? '/', 'https://localhost').pathname.replace(/^\/practice\/v1\//, '')
    const answer = (code: number, body: unknown) => {
      response.writeHead(code, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
    }
    try {
      switch (`${request.method} ${name}`) {
        case 'GET status':
          return answer(200, await behind.status())
        case 'GET presence':
          // Held open: somebody is there.
          response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders()
          return
        case 'POST start':
          await behind.start(String((await bodyOf(request)).component))
          return answer(200, {})
        case 'POST stop':
          await behind.stop(String((await bodyOf(request)).component))
          return answer(200, {})
        case 'POST hold': {
          const component = String((await bodyOf(request)).component)
          // whatever becomes of who asked: with its connection ends the stop
          let gone = false
          let stopped = false
          const end = () => {
            gone = true
            if (stopped) void behind.start(component)
          }
          response.once('close', end)
          await behind.stop(component)
          stopped = true
          if (gone) return end()
          response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
          return
        }
        case 'POST speed': {
          const { speed } = await bodyOf(request)
          if (typeof speed !== 'number' || !(speed > 0 && speed <= FASTEST)) {
            return answer(400, { error: `The speed is a number above 0, at most ${FASTEST}.` })
          }
          behind.setSpeed(speed)
          return answer(200, {})
        }
        case 'POST shutdown':
          response.once('close', () => behind.shutdown())
          return answer(202, {})
        default:
          return answer(404, { error: `The practice cluster has no door ${request.method} ${name}.` })
      }
    } catch (error) {
      if (!response.headersSent) answer(400, { error: error instanceof Error ? error.message : String(error) })
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const chunk of request) {
    text += chunk
    if (text.length > LONGEST_BODY) throw new Error('too long')
  }
  return JSON.parse(text || '{}') as Record<string, unknown>
}
