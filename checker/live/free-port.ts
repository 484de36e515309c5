import net from 'node:net'

/** Milliseconds that a port gets to accept a connection. */
const KNOCK_MS = 700
/** `localhost` means one of them, on some machines the second first. */
const LOOPBACKS = ['127.0.0.1', '::1']

/** A port of this machine that nobody has at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** The loopback address on which somebody listens on this port; undefined: nobody does. Sends nothing. */
export async function listenerOn(port: number): Promise<string | undefined> {
  for (const host of LOOPBACKS) if (await accepts(host, port)) return host
  return undefined
}

/** Whether somebody takes connections there. Sends nothing. */
export function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: KNOCK_MS })
    const end = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.on('connect', () => end(true))
    socket.on('timeout', () => end(false))
    socket.on('error', () => end(false))
  })
}
