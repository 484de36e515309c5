import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Clock, RealClock } from '../../apimachinery/clock.ts'
import { selfSignedCertificate } from '../../daemon/certificate.ts'
import { type ApiServer, startApiServer } from '../api-server.ts'
import type { NodeConnector } from '../node-connector.ts'

const TOKEN = 'secret'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  readonly signal?: AbortSignal
}

/** An API server for tests of what happens on the wire, on a temporary folder and any free port. */
export class ServerUnderTest {
  readonly server: ApiServer
  readonly #folder: string

  private constructor(server: ApiServer, folder: string) {
    this.server = server
    this.#folder = folder
  }

  static async start(connector: NodeConnector, clock: Clock = new RealClock()): Promise<ServerUnderTest> {
    const folder = mkdtempSync(path.join(tmpdir(), 'apiserver-'))
    const { certificate: cert, key } = selfSignedCertificate({
      commonName: '127.0.0.1',
      dnsNames: [],
      addresses: ['127.0.0.1'],
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date(Date.now() + 3_600_000),
    })
    const options = { stateFolder: folder, port: 0, tls: { key, cert }, token: TOKEN, clock, connector }
    return new ServerUnderTest(await startApiServer(options), folder)
  }

  /** Sends a request as the administrator; resolves with the whole answer. */
  ask(where: string, { method = 'GET', headers = {}, body, signal }: Asked = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = {
        method,
        headers: { authorization: `Bearer ${TOKEN}`, ...headers },
        rejectUnauthorized: false,
        agent: false as const,
        ...(signal && { signal }),
      }
      const sent = request(`${this.server.url}${where}`, options, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
        answer.on('error', reject)
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }

  async close(): Promise<void> {
    await this.server.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
