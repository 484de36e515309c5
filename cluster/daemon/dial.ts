import net from 'node:net'
import type { PodSockets } from '../kubelet/runtime/pod-sockets.ts'

/** Connects to a pod's port from outside of any pod. Rejects with `code: 'ECONNREFUSED'` when nothing listens there. */
export function dial(sockets: PodSockets, ip: string, port: number): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ path: sockets.path(ip, port), allowHalfOpen: true })
    socket.once('connect', () => {
      socket.off('error', refuse)
      resolve(socket)
    })
    const refuse = ({ code, message }: NodeJS.ErrnoException) => {
      // A socket that was never made, or whose process has ended: nobody listens.
      const nobody = code === 'ENOENT' || code === 'ECONNREFUSED'
      const text = nobody ? `dial tcp ${ip}:${port}: connect: connection refused` : `dial tcp ${ip}:${port}: ${message}`
      reject(Object.assign(new Error(text), { code: nobody ? 'ECONNREFUSED' : code }))
    }
    socket.once('error', refuse)
  })
}
