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
          return await held(response, async () => {
            await behind.stop(component)
            return () => void behind.start(component)
          })
        }
        case 'POST hold-speed': {
          const speed = speedOf(await bodyOf(request))
          const { speed: before } = await behind.status()
          return await held(response, async () => {
            behind.setSpeed(speed)
            return () => behind.setSpeed(before)
          })
        }
        case 'POST speed': {
          behind.setSpeed(speedOf(await bodyOf(request)))
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

/** Does something for as long as the connection is open: whatever becomes of who asked, it is undone with its connection. */
async function held(response: ServerResponse, begin: () => Promise<() => void>): Promise<void> {
  let gone = false
  let undo: (() => void) | undefined
  response.once('close', () => {
    gone = true
    undo?.()
  })
  undo = await begin()
  if (gone) return undo()
  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
}

/** Throws with a message for the learner. */
function speedOf({ speed }: Record<string, unknown>): number {
  if (typeof speed === 'number' && speed > 0 && speed <= FASTEST) return speed
  throw new Error(`The speed is a number above 0, at most ${FASTEST}.`)
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const chunk of request) {
    text += chunk
    if (text.length > LONGEST_BODY) throw new Error('too long')
  }
  return JSON.parse(text || '{}') as Record<string, unknown>
}
