/**
 * Loaded into a learner's server before its own code: tells the checker, on file descriptor 3, where it listens, one line of JSON
 * each: `{ "asked": 3000, "port": 41005, "address": "::" }`. Before that, when Node is up: `{}`. With `?moves=3000` whoever asks
 * for that port gets a free one, so that the default port can be tried where another program has it.
 */
import { writeSync } from 'node:fs'
import { Server } from 'node:net'

const moves = Number(new URL(import.meta.url).searchParams.get('moves') ?? Number.NaN)
const { listen } = Server.prototype

Server.prototype.listen = function (...args) {
  const [first] = args
  const asked = Number(typeof first === 'object' && first !== null ? first.port : first)
  if (asked === moves) args[0] = typeof first === 'object' ? { ...first, port: 0 } : 0
  this.once('listening', () => {
    const address = this.address()
    if (typeof address !== 'object' || address === null) return
    tell({ asked: asked || address.port, port: address.port, address: address.address })
  })
  return listen.apply(this, args)
}

tell({})

function tell(what) {
  try {
    writeSync(3, `${JSON.stringify(what)}\n`)
  } catch {
    // a process that the server started itself has no such descriptor
  }
}
