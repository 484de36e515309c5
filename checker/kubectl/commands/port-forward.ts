import { createServer, type Server, type Socket } from 'node:net'
import { attachablePod } from '../attachable-pod.ts'
import type { Command } from '../command.ts'
import { CommandError } from '../errors.ts'
import { type ForwardedPort, forwardedPort } from '../forwarded-ports.ts'
import { at } from '../objects.ts'
import { findResource, pathOf } from '../resource.ts'
import type { Session } from '../session.ts'
import { openStream } from '../stream-socket.ts'

const PROTOCOL = 'v4.channel.k8s.io'
const [DATA, ERROR] = [0, 1]
/** The first message on each channel says which port it is. */
const PORT_BYTES = 2
/** How long an answer may stop after the client has ended its side, ms. */
const SILENCE_MS = 2_000

export const portForward: Command = {
  name: 'port-forward',
  summary: 'Forward one or more local ports to a pod',
  usage: 'port-forward (POD | TYPE/NAME) [LOCAL_PORT:]REMOTE_PORT [...]',
  flags: [
    { name: 'address', type: 'text', help: 'addresses to listen on, separated by commas: localhost' },
    { name: 'pod-running-timeout', type: 'duration', help: 'how long to wait for a pod of a workload' },
  ],
  async run(session) {
    const [word, ...ports] = session.words
    if (word === undefined || ports.length === 0) {
      throw new CommandError(
        "TYPE/NAME and list of ports are required for port-forward\nSee 'kubectl port-forward -h' for help and examples",
      )
    }
    const { pod, through } = await attachablePod(session, word)
    const forwarded = ports.map((text) => forwardedPort(text, pod, through))
    const phase = at(pod, 'status', 'phase')
    if (phase !== 'Running')
      throw new CommandError(`unable to forward port because pod is not running. Current status=${String(phase)}`)
    const { name, namespace } = pod.metadata
    const pods = findResource(await session.resources(), 'pods')
    const path = pathOf(pods, { namespace, name, subresource: 'portforward' })
    await forward(session, path, forwarded)
  },
}

/** Listens until Ctrl-C, or until the pod cannot be reached any more. */
async function forward(session: Session, path: string, ports: readonly ForwardedPort[]): Promise<void> {
  const sockets = new Set<Socket>()
  const servers: Server[] = []
  let lose: () => void = () => {}
  const lost = new Promise<'lost'>((resolve) => {
    lose = () => resolve('lost')
  })
  const stopped = new Promise<'stopped'>((resolve) => {
    if (session.io.signal.aborted) resolve('stopped')
    session.io.signal.addEventListener('abort', () => resolve('stopped'))
  })
  try {
    for (const port of ports) {
      servers.push(
        ...(await listeners(session, port, (socket, local) => {
          session.print(`Handling connection for ${local}`)
          sockets.add(socket)
          socket.on('close', () => sockets.delete(socket))
          connect(session, path, port.remote, socket).catch((error: Error) => {
            socket.destroy()
            session.note(`an error occurred forwarding ${local} -> ${port.remote}: ${error.message}`)
            lose()
          })
        })),
      )
    }
    if ((await Promise.race([lost, stopped])) === 'lost') throw new CommandError('lost connection to pod')
  } finally {
    for (const server of servers) server.close()
    for (const socket of sockets) socket.destroy()
  }
}

/** A listener for each address; of `localhost`'s two one is enough. */
async function listeners(
  session: Session,
  { local, remote }: ForwardedPort,
  accept: (socket: Socket, local: number) => void,
): Promise<Server[]> {
  const asked = (session.flags.text('address') ?? 'localhost').split(',')
  const addresses = asked.flatMap((address) => (address === 'localhost' ? ['127.0.0.1', '::1'] : [address]))
  const servers: Server[] = []
  const refusals: string[] = []
  let port = local
  for (const address of addresses) {
    const shown = address.includes(':') ? `[${address}]` : address
    const server = createServer({ allowHalfOpen: true }, (socket) => accept(socket, port))
    try {
      port = await listening(server, address, port)
      servers.push(server)
      session.print(`Forwarding from ${shown}:${port} -> ${remote}`)
    } catch (error) {
      const why =
        (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
          ? 'bind: address already in use'
          : (error as Error).message
      const family = address.includes(':') ? 'tcp6' : 'tcp4'
      refusals.push(`unable to create listener: Error listen ${family} ${shown}:${port}: ${why}`)
    }
  }
  if (servers.length > 0) return servers
  session.note(
    `Unable to listen on port ${local}: Listeners failed to create with the following errors: [${refusals.join(' ')}]`,
  )
  throw new CommandError(`unable to listen on any of the requested ports: [{${local} ${remote}}]`)
}

function listening(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

/** One connection: a WebSocket of its own. Rejects with what the node says when it cannot be made. */
async function connect(session: Session, path: string, port: number, socket: Socket): Promise<void> {
  socket.on('error', () => {})
  const stream = await openStream(session, path, new URLSearchParams({ ports: String(port) }), [PROTOCOL])
  const seen = new Set<number>()
  let complaint = ''
  stream.on('message', (message: Buffer) => {
    const [channel = DATA] = message
    const bytes = seen.has(channel) ? message.subarray(1) : message.subarray(1 + PORT_BYTES)
    seen.add(channel)
    if (channel === ERROR) complaint += bytes.toString()
    else if (bytes.length > 0 && !socket.write(bytes)) {
      stream.pause()
      socket.once('drain', () => stream.resume())
    }
  })
  socket.on('data', (bytes: Buffer) => {
    socket.pause()
    stream.send(Buffer.concat([Buffer.of(DATA), bytes]), () => socket.resume())
  })
  socket.on('close', () => stream.close())
  // A channel has no end of its own: who has said all still gets an answer, for as long as one comes.
  socket.on('end', () => {
    const silence = setTimeout(() => stream.close(), SILENCE_MS)
    stream.on('message', () => silence.refresh())
    stream.once('close', () => clearTimeout(silence))
  })
  await new Promise<void>((resolve) => stream.once('close', resolve))
  socket.end()
  if (complaint !== '') throw new Error(complaint)
}
