import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import { ConnectionError } from './errors.ts'
import { asError } from './server.ts'
import type { Session } from './session.ts'

/** Opens a WebSocket to a subresource that streams. Throws ApiError for what the server refuses. */
export async function openStream(
  { server }: Session,
  path: string,
  query: URLSearchParams,
  protocols: readonly string[],
): Promise<WebSocket> {
  const { WebSocket } = await import('ws')
  const { authorization, ca, cert, key, insecure, serverName, server: address } = server.connection
  const url = `${address.replace(/^http/, 'ws')}${path}?${query}`
  const socket = new WebSocket(url, [...protocols], {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(serverName && { servername: serverName }),
    rejectUnauthorized: !insecure,
    headers: { 'user-agent': 'kubectl/workbook', ...(authorization && { authorization }) },
  })
  return await new Promise((resolve, reject) => {
    socket.once('open', () => {
      // A close follows each later error.
      socket.on('error', () => {})
      resolve(socket)
    })
    socket.on('unexpected-response', (_request, response: IncomingMessage) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => reject(asError(response.statusCode ?? 500, text)))
    })
    socket.once('error', (error) =>
      reject(new ConnectionError(`error: unable to upgrade connection: ${error.message}`)),
    )
  })
}
