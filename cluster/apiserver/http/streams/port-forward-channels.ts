import { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { PodLocalhost } from '../../node-connector.ts'
import { join, notForwarded } from './port-forward-streams.ts'

/**
 * A port-forward over one WebSocket: channel 2n carries the n-th port's data, channel 2n+1 its errors, and each begins with the
 * port in two bytes. There is one connection for each port; the WebSocket ends when they all have.
 */
export async function forwardChannels(
  webSocket: WebSocket,
  ports: readonly number[],
  localhost: PodLocalhost,
): Promise<void> {
  const send = (channel: number, bytes: Uint8Array, done: () => void = () => {}) => {
    if (webSocket.readyState !== webSocket.OPEN) return done()
    webSocket.send(Buffer.concat([Buffer.of(channel), bytes]), { binary: true }, () => done())
  }
  const clients = ports.map((_port, index) => {
    return new Duplex({
      read: () => webSocket.resume(),
      write: (chunk: Buffer, _encoding, done) => send(2 * index, chunk, done),
    })
  })
  webSocket.on('message', (message: Buffer) => {
    const [channel = 0] = message
    const client = channel % 2 === 0 ? clients[channel / 2] : undefined
    if (message.length > 1 && client && !client.destroyed && !client.push(message.subarray(1))) webSocket.pause()
  })
  webSocket.once('close', () => {
    for (const client of clients) client.destroy()
  })
  for (const [index, port] of ports.entries()) {
    const named = Buffer.alloc(2)
    named.writeUInt16LE(port)
    send(2 * index, named)
    send(2 * index + 1, named)
  }
  const ended = clients.map(async (client, index) => {
    const port = ports[index] as number
    try {
      const connection = await localhost.dial(port)
      join(connection, client)
      await new Promise<void>((resolve) => {
        connection.once('end', resolve)
        connection.once('close', resolve)
        client.once('close', resolve)
      })
      connection.destroy()
    } catch (cause) {
      send(2 * index + 1, Buffer.from(notForwarded(port, localhost, cause)))
    }
  })
  await Promise.all(ended)
  webSocket.resume()
  webSocket.close(1000)
}
