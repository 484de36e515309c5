import net from 'node:net'

/** Where a connection is to go: a local socket's path, or undefined when nobody is there. */
export type Choose = (client: { readonly address: string }) => string | undefined

/** A listener of this machine whose connections are handed on to pods' sockets. Open connections outlive a change of endpoints. */
export class TcpForwarder {
  readonly #server: net.Server
  readonly #sockets = new Set<net.Socket>()

  private constructor(server: net.Server) {
    this.#server = server
  }

  /** Listens on 127.0.0.1; `port` 0 takes any free one. Rejects with the system's error (EADDRINUSE, EACCES, …). */
  static listen(port: number, choose: Choose): Promise<TcpForwarder> {
    // Each side may end its half and still hear the other.
    const server = net.createServer({ allowHalfOpen: true, noDelay: true })
    const forwarder = new TcpForwarder(server)
    server.on('connection', (client) => forwarder.#forward(client, choose))
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject)
        // Running out of file descriptors costs a connection, not the cluster.
        server.on('error', () => {})
        resolve(forwarder)
      })
    })
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port
  }

  /** Stops listening and cuts what is open. */
  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #forward(client: net.Socket, choose: Choose): void {
    this.#keep(client)
    const path = choose({ address: client.remoteAddress ?? '' })
    if (path === undefined) {
      // The connection is already accepted: a reset is the nearest thing to a refusal.
      client.resetAndDestroy()
      return
    }
    const pod = net.connect({ path, allowHalfOpen: true })
    this.#keep(pod)
    pod.once('error', () => client.resetAndDestroy())
    client.once('error', () => pod.destroy())
    client.once('close', () => pod.destroySoon())
    pod.once('close', () => client.destroySoon())
    client.pipe(pod)
    pod.pipe(client)
  }

  #keep(socket: net.Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => this.#sockets.delete(socket))
  }
}
