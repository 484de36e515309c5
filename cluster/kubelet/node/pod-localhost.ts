import { connect, type Socket } from 'node:net'
import type { PodSockets } from '../runtime/pod-sockets.ts'
import { loopbackOf } from '../runtime/preload/container-settings.ts'

/**
 * Connects to a port of a pod as from within it: a server that listens on 127.0.0.1 alone is reached, too. Rejects with
 * `code: 'ECONNREFUSED'` when nothing listens there.
 */
export async function dialLocalhost(sockets: PodSockets, podIP: string, port: number): Promise<Socket> {
  const open = (path: string) =>
    new Promise<Socket>((resolve, reject) => {
      const socket = connect({ path, allowHalfOpen: true })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        socket.on('error', () => {})
        resolve(socket)
      })
    })
  try {
    // The two exclude each other.
    return await open(sockets.path(podIP, port)).catch(() => open(sockets.path(loopbackOf(podIP), port)))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw Object.assign(new Error(message), { code: code === 'ENOENT' ? 'ECONNREFUSED' : code })
  }
}
