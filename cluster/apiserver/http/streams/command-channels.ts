import { PassThrough, Readable, Writable } from 'node:stream'
import type { WebSocket } from 'ws'
import { type CommandChannels, flushed, terminalSize, type WantedStreams } from './command-streams.ts'

/** Numbers of the channels: the first byte of each message. */
const [STDIN, STDOUT, STDERR, STATUS, RESIZE] = [0, 1, 2, 3, 4]
/** Of version 5: `[255, n]` ends channel n. */
const CLOSE = 255

/** A command's streams as channels of a WebSocket: `v4.channel.k8s.io` and `v5.channel.k8s.io`. */
export function webSocketChannels(webSocket: WebSocket, wanted: WantedStreams, version: 4 | 5): CommandChannels {
  const gone = new AbortController()
  const stdin = wanted.stdin ? new Readable({ read: () => webSocket.resume() }) : undefined
  const sizes = new PassThrough({ objectMode: true })
  const output = (channel: number) =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => send(channel, chunk, done),
    })
  const send = (channel: number, bytes: Uint8Array, done: () => void = () => {}) => {
    // What comes after the client has gone is dropped.
    if (webSocket.readyState !== webSocket.OPEN) return done()
    webSocket.send(Buffer.concat([Buffer.of(channel), bytes]), { binary: true }, () => done())
  }
  const stdout = wanted.stdout ? output(STDOUT) : undefined
  // A terminal has one output.
  const stderr = wanted.stderr && !wanted.tty ? output(STDERR) : undefined

  webSocket.on('message', (data: Buffer) => {
    const [channel, ...more] = data.subarray(0, 2)
    const bytes = data.subarray(1)
    if (channel === STDIN && bytes.length > 0 && stdin && !stdin.readableEnded) {
      if (!stdin.push(bytes)) webSocket.pause()
    } else if (channel === RESIZE) {
      const size = terminalSize(bytes)
      if (size) sizes.write(size)
    } else if (version === 5 && channel === CLOSE && more[0] === STDIN) stdin?.push(null)
  })
  webSocket.once('close', () => {
    gone.abort()
    stdin?.push(null)
    sizes.end()
  })
  // As Kubernetes: an empty message on the first channel that is written to says that all is ready.
  send(stdout ? STDOUT : stderr ? STDERR : STATUS, Buffer.alloc(0))

  return {
    streams: {
      ...(stdin && { stdin }),
      ...(stdout && { stdout }),
      ...(stderr && { stderr }),
      tty: wanted.tty,
      sizes,
      gone: gone.signal,
    },
    async end(status) {
      await Promise.all([flushed(stdout), flushed(stderr)])
      send(STATUS, Buffer.from(JSON.stringify(status)))
      webSocket.resume()
      webSocket.close(1000)
    },
  }
}
