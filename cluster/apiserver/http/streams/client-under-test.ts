import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import type { ServerUnderTest } from '../server-under-test.ts'
import { SpdyConnection } from './spdy-connection.ts'

const HEADERS = { authorization: 'Bearer secret' }

/** What a server says instead of an upgrade. */
export interface Refusal {
  readonly status: number
  readonly text: string
}

/** A message on a channel of a WebSocket. */
export type Message = readonly [channel: number, text: string]

/** Opens a WebSocket to a path of the API; gives the refusal when there is one. */
export function openWebSocket(
  { server }: ServerUnderTest,
  path: string,
  protocols: readonly string[],
): Promise<WebSocket | Refusal> {
  const url = server.url.replace('https', 'wss') + path
  const socket = new WebSocket(url, [...protocols], { rejectUnauthorized: false, headers: HEADERS })
  socket.on('error', () => {})
  return new Promise((resolve) => {
    socket.once('open', () => resolve(socket))
    socket.once('unexpected-response', async (_request, response: IncomingMessage) => resolve(await refusal(response)))
  })
}

/** All messages until the server ends the connection. */
export async function messagesOf(socket: WebSocket | Refusal): Promise<readonly Message[]> {
  if (!(socket instanceof WebSocket)) throw new Error(`refused with ${socket.status}: ${socket.text}`)
  const messages: Message[] = []
  socket.on('message', (data: Buffer) => messages.push([data[0] ?? -1, data.subarray(1).toString('latin1')]))
  await new Promise((resolve) => socket.once('close', resolve))
  return messages
}

/** What came on one channel, put together. */
export function onChannel(messages: readonly Message[], channel: number): string {
  return messages.flatMap(([from, text]) => (from === channel ? [text] : [])).join('')
}

export function send(socket: WebSocket | Refusal, channel: number, bytes: string | Buffer): void {
  if (!(socket instanceof WebSocket)) throw new Error(`refused with ${socket.status}: ${socket.text}`)
  socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(bytes)]))
}

/** All that comes on a stream until it ends, from whichever side. */
export function received(stream: Duplex): Promise<string> {
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
  })
  return new Promise((resolve) => {
    stream.once('end', () => resolve(text))
    stream.once('close', () => resolve(text))
  })
}

/** Upgrades to SPDY/3.1 as kubectl 1.29 does; gives the refusal when there is one. */
export function openSpdy(
  { server }: ServerUnderTest,
  path: string,
  protocols: readonly string[],
): Promise<SpdyConnection | Refusal> {
  const headers = {
    ...HEADERS,
    connection: 'Upgrade',
    upgrade: 'SPDY/3.1',
    'x-stream-protocol-version': [...protocols],
  }
  const sent = request(server.url + path, { method: 'POST', headers, rejectUnauthorized: false, agent: false })
  sent.end()
  return new Promise((resolve, reject) => {
    sent.once('upgrade', (_response: IncomingMessage, socket: Duplex) => resolve(new SpdyConnection(socket, () => {})))
    sent.once('response', async (response) => resolve(await refusal(response)))
    sent.once('error', reject)
  })
}

async function refusal(response: IncomingMessage): Promise<Refusal> {
  let text = ''
  for await (const part of response.setEncoding('utf8')) text += part
  return { status: response.statusCode ?? 0, text }
}
