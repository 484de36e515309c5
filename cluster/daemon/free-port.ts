import { readFileSync } from 'node:fs'
import net from 'node:net'
import type { StateFolder } from './state-folder.ts'

/** The practice cluster's own port, and how many after it are tried. */
const FIRST = 6550
const TRIED = 50

/** How often somebody else may be quicker. */
const ATTEMPTS = 8

/**
 * What `listen` gives for the port of last time, else 6550, else the next free one. Between a look at a port and its use another
 * cluster may take it: then the next one is tried. Throws what `listen` throws otherwise.
 */
export async function onFreePort<T>(state: StateFolder, listen: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listen(await freePort(state))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt >= ATTEMPTS) throw error
    }
  }
}

async function freePort(state: StateFolder): Promise<number> {
  const candidates = [lastPort(state), ...Array.from({ length: TRIED }, (_, index) => FIRST + index)]
  for (const port of candidates) if (port !== undefined && (await isFree(port))) return port
  return 0
}

function lastPort(state: StateFolder): number | undefined {
  try {
    return Number(readFileSync(state.portFile, 'utf8')) || undefined
  } catch {
    return undefined
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
