import { Agent, request } from 'node:https'

export interface Server {
  readonly url: string
  readonly token: string
}

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

const AGENT = 'oracle'

/** Sends a request as the recorder did. The certificate is not looked at: the server is on this machine. */
export class Transport {
  readonly #server: Server
  readonly #agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: 16 })

  constructor(server: Server) {
    this.#server = server
  }

  send(method: string, path: string, body?: string, given: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const headers: Record<string, string> = {
      'user-agent': AGENT,
      accept: 'application/json',
      authorization: `Bearer ${this.#server.token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    for (const [name, value] of Object.entries(given)) {
      if (value === '') delete headers[name.toLowerCase()]
      else headers[name.toLowerCase()] = value
    }
    if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body))
    return new Promise((resolve, reject) => {
      const url = new URL(this.#server.url)
      const options = { method, path, headers, agent: this.#agent, host: url.hostname, port: url.port, timeout: 30_000 }
      const sent = request(options, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            headers: compared(response.headers, response.rawHeaders),
            text: Buffer.concat(chunks).toString(),
          })
        })
      })
      sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${path} in 30 s`)))
      sent.on('error', reject)
      sent.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** The headers that recordings hold; warnings one by one. */
function compared(headers: Readonly<Record<string, unknown>>, raw: readonly string[]): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const name of ['allow', 'location', 'retry-after']) {
    if (headers[name] !== undefined) kept[name] = headers[name]
  }
  const warnings = raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === 'warning')
  if (warnings.length > 0) kept.warning = warnings
  return kept
}
