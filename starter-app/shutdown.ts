import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { log } from './log.ts'
import { readiness } from './readiness.ts'

/**
 * On SIGTERM or SIGINT: takes no new connection, lets requests in flight finish, closes idle connections, exits 0.
 * Connections are counted here because Node's own idle list leaves out those that have not sent a request yet.
 */
export function stopGracefully(server: Server): void {
  const inFlight = new Map<Socket, number>()
  let stopping = false

  server.on('connection', (socket) => {
    inFlight.set(socket, 0)
    socket.once('close', () => inFlight.delete(socket))
  })
  server.prependListener('request', ({ socket }, response) => {
    inFlight.set(socket, (inFlight.get(socket) ?? 0) + 1)
    if (stopping) response.setHeader('connection', 'close')
    response.once('close', () => {
      const left = (inFlight.get(socket) ?? 1) - 1
      if (inFlight.has(socket)) inFlight.set(socket, left)
      if (stopping && left === 0) socket.end()
    })
  })

  function stop(signal: NodeJS.Signals): void {
    if (stopping) return
    stopping = true
    readiness.stop()
    const busy = [...inFlight.values()].reduce((sum, count) => sum + count, 0)
    log('info', `${signal} received: finishing ${busy} ${busy === 1 ? 'request' : 'requests'} in flight`)
    server.close(() => log('info', 'stopped', {}, () => process.exit(0)))
    for (const [socket, count] of inFlight) if (count === 0) socket.destroy()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
