import http from 'node:http'
import { type ApiAnswer, jsonOf } from '../cluster/kubernetes-api.ts'

/** What became of one request: an answer, or who failed it. Nothing is left unaccounted for. */
export type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string; readonly ms: number }
  /** `refused`: nobody listens; `cut`: the connection ended before the answer did; `silent`: no answer in time; `cluster`: not led on. */
  | {
      readonly kind: 'failed'
      readonly by: 'refused' | 'cut' | 'silent' | 'cluster'
      readonly detail: string
      readonly ms: number
    }

export interface Ask {
  readonly method?: string
  /** Milliseconds. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 3_000

/** Asks a URL over a connection of its own: with a shared one, a single pod would get every request. Never rejects. */
export function askUrl(url: string, { method = 'GET', timeoutMs = TIMEOUT_MS }: Ask = {}): Promise<Reply> {
  const start = performance.now()
  const ms = () => performance.now() - start
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined
    const settle = (reply: Reply) => {
      clearTimeout(timer)
      resolve(reply)
    }
    const request = http.request(url, { method, agent: false, headers: { connection: 'close' } }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => settle({ kind: 'answer', status: response.statusCode ?? 0, text, ms: ms() }))
      response.on('error', () =>
        settle({ kind: 'failed', by: 'cut', detail: 'cut off in the middle of the answer', ms: ms() }),
      )
    })
    timer = setTimeout(() => {
      settle({ kind: 'failed', by: 'silent', detail: `no answer within ${timeoutMs / 1000} s`, ms: ms() })
      request.destroy()
    }, timeoutMs)
    request.on('error', (error: NodeJS.ErrnoException) => {
      const by = error.code === 'ECONNREFUSED' ? 'refused' : 'cut'
      settle({ kind: 'failed', by, detail: error.code ?? error.message, ms: ms() })
    })
    request.end()
  })
}

/** The reply that the API server's proxy brought, or that it gave itself because there was nobody to ask. */
export function proxiedReply(answer: ApiAnswer, ms: number): Reply {
  const own = ownWords(answer)
  if (own === undefined) return { kind: 'answer', status: answer.status, text: answer.text, ms }
  const by = /refused/.test(own) ? 'refused' : /timeout|deadline/i.test(own) ? 'silent' : 'cluster'
  return { kind: 'failed', by, detail: own, ms }
}

function ownWords(answer: ApiAnswer): string | undefined {
  if (answer.status < 400) return undefined
  // "error trying to reach service: …" comes as plain text from some servers
  if (/^error trying to reach service/i.test(answer.text)) return answer.text.trim()
  try {
    const { kind, message = '' } = jsonOf<{ kind?: string; message?: string }>(answer)
    return kind === 'Status' ? message : undefined
  } catch {
    return undefined
  }
}

/** How many replies were answers, by status, and how many failed, by whom: `58 × 200, 2 × refused`. */
export function tally(replies: readonly Reply[]): string {
  const counts = new Map<string, number>()
  for (const reply of replies) {
    const key = reply.kind === 'answer' ? String(reply.status) : reply.by
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts].map(([key, count]) => `${count} × ${key}`).join(', ') || 'none'
}

/** Below 500: the server did answer, whatever it thinks of the request. */
export function isAnswered(reply: Reply): reply is Extract<Reply, { kind: 'answer' }> {
  return reply.kind === 'answer' && reply.status < 500
}
