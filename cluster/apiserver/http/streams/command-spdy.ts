import { PassThrough } from 'node:stream'
import type { Upgrade } from '../exchange.ts'
import { type CommandChannels, flushed, terminalSize, type WantedStreams } from './command-streams.ts'
import { acceptSpdy } from './spdy.ts'
import type { SpdyConnection, SpdyStream } from './spdy-connection.ts'

/** How long a client may take to open the streams that it asked for, ms. */
const STREAMS_MS = 30_000

/** A command's streams over SPDY/3.1, as kubectl 1.29 opens them. Rejects when they do not all come. */
export async function spdyChannels(
  upgrade: Upgrade,
  protocol: string,
  wanted: WantedStreams,
): Promise<CommandChannels> {
  const { stdin, stdout, stderr, tty } = wanted
  const names = [
    'error',
    ...(stdin ? ['stdin'] : []),
    ...(stdout ? ['stdout'] : []),
    ...(stderr && !tty ? ['stderr'] : []),
  ]
  if (tty) names.push('resize')
  const { connection, streams } = await opened(upgrade, protocol, names)
  const gone = new AbortController()
  void connection.closed.then(() => gone.abort())
  const resize = streams.get('resize')
  const sizes = new PassThrough({ objectMode: true })
  let rest = ''
  resize?.on('data', (chunk: Buffer) => {
    // One JSON object after another, each on its line.
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const size = terminalSize(Buffer.from(line))
      if (size) sizes.write(size)
    }
  })
  const given = { stdin: streams.get('stdin'), stdout: streams.get('stdout'), stderr: streams.get('stderr') }
  return {
    streams: {
      ...(given.stdin && { stdin: given.stdin }),
      ...(given.stdout && { stdout: given.stdout }),
      ...(given.stderr && { stderr: given.stderr }),
      tty,
      sizes,
      gone: gone.signal,
    },
    async end(status) {
      await Promise.all([flushed(given.stdout), flushed(given.stderr)])
      streams.get('error')?.end(JSON.stringify(status))
      sizes.end()
      await connection.close()
    },
  }
}

interface Opened {
  readonly connection: SpdyConnection
  readonly streams: ReadonlyMap<string, SpdyStream>
}

function opened(upgrade: Upgrade, protocol: string, names: readonly string[]): Promise<Opened> {
  const streams = new Map<string, SpdyStream>()
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer)
      void connection.close()
      reject(new Error(why))
    }
    const timer = setTimeout(() => fail('timed out waiting for client to create streams'), STREAMS_MS)
    const connection = acceptSpdy(upgrade, protocol, (stream) => {
      streams.set(stream.headers.get('streamtype') ?? '', stream)
      if (!names.every((name) => streams.has(name))) return
      clearTimeout(timer)
      resolve({ connection, streams })
    })
    void connection.closed.then(() => fail('the client went away'))
  })
}
