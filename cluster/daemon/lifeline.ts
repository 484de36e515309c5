import { rmSync } from 'node:fs'
import net from 'node:net'

/** Held by the one process that runs a cluster; dies with it, whatever kills it. */
export interface Lifeline {
  release(): Promise<void>
}

/** Takes the lifeline of a state folder, or gives undefined when another living process holds it. */
export async function takeLifeline(address: string): Promise<Lifeline | undefined> {
  for (let attempt = 0; attempt < 2; attempt++) {
    const server = net.createServer((socket) => socket.on('error', () => {}).end())
    const taken = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
      )
      server.listen(address, () => resolve(true))
    })
    if (taken) {
      server.unref()
      return { release: () => new Promise((resolve) => server.close(() => resolve())) }
    }
    if (await isHeld(address)) return undefined
    // The name of a Unix socket outlives its process.
    if (process.platform !== 'win32') rmSync(address, { force: true })
  }
  return undefined
}

/** Whether a living process holds the lifeline. The kernel answers, so a process that hangs holds it too. */
export function isHeld(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(address)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    // A full backlog (EAGAIN) is a process that hangs.
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EAGAIN' || error.code === 'EBUSY'))
  })
}
