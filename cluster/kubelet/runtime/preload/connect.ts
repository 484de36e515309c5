import fs from 'node:fs'
import net from 'node:net'
import tls from 'node:tls'
import type { ConnectTo, ContainerSettings } from './container-settings.ts'
import { loopbackOf } from './container-settings.ts'
import type { ControlChannel } from './control-channel.ts'
import { boundAddress } from './listen.ts'
import { addressError, type NetworkError, nameError } from './network-errors.ts'

const { existsSync } = fs

interface Ends {
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localAddress: string
  readonly localPort: number
}

const endsOf = new WeakMap<net.Socket, Ends>()
let lastPort = 32_768 + Math.floor(Math.random() * 20_000)

interface ConnectOptions {
  readonly host?: string
  readonly port?: number | string
  /** A socket file; null where Node's own http asks. */
  readonly path?: string | null
  readonly lookup?: net.LookupFunction
}

/**
 * Makes `net.Socket.connect` go where the pod network says: sockets of the same pod at once, everything else by asking the
 * runtime. `channel` is asked for at each connection only.
 */
export function patchConnect(
  settings: ContainerSettings,
  channel: () => ControlChannel,
  hostPath: (path: string) => string,
): void {
  const prototype = net.Socket.prototype
  const connect = prototype.connect as (this: net.Socket, options: object) => net.Socket

  const open = (socket: net.Socket, path: string, host: string, port: number) => {
    rename(socket, path, host, port)
    endsOf.set(socket, { remoteAddress: host, remotePort: port, localAddress: localFor(host), localPort: nextPort() })
    connect.call(socket, { path })
  }
  const localFor = (host: string) => (isLoopback(host) ? '127.0.0.1' : settings.podIp)

  const go = (socket: net.Socket, address: string, port: number, to: ConnectTo) => {
    if (socket.destroyed) return
    if (to.kind === 'socket') return open(socket, to.path, address, port)
    if (to.kind === 'host') {
      endsOf.set(socket, {
        remoteAddress: address,
        remotePort: port,
        localAddress: settings.podIp,
        localPort: nextPort(),
      })
      return connect.call(socket, { host: '127.0.0.1', port: to.port })
    }
    if (to.kind === 'unknown-name') return socket.destroy(nameError('getaddrinfo', 'ENOTFOUND', address))
    socket.destroy(addressError('connect', to.kind === 'refused' ? 'ECONNREFUSED' : 'ENETUNREACH', address, port))
  }

  prototype.connect = function (this: net.Socket, ...args: unknown[]): net.Socket {
    const { options, callback } = connectArguments(args)
    if (callback) this.once('connect', callback)
    if (options.path) return connect.call(this, { ...options, path: hostPath(options.path) })

    const host = options.host || 'localhost'
    const port = Number(options.port)
    // Node's own complaint, with its own words.
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      return connect.call(this, { ...options, host: '127.0.0.1' })

    ;(this as unknown as { connecting: boolean }).connecting = true
    const named = net.isIP(host) === 0
    const own = ownSocket(settings, host, port)
    if (own) {
      const address = named ? '127.0.0.1' : host
      process.nextTick(() => {
        if (named && !this.destroyed) this.emit('lookup', null, address, 4, host)
        go(this, address, port, { kind: 'socket', path: own })
      })
      return this
    }
    const ask = (target: string) =>
      channel()
        .connect(target, port)
        .then(({ address, to }) => {
          if (named && to.kind !== 'unknown-name' && !this.destroyed) this.emit('lookup', null, address, 4, host)
          go(this, address, port, to)
        })
    if (named && options.lookup) {
      options.lookup(host, { family: 4, hints: 0, all: false }, (error, found) => {
        if (error) return this.destroy(error)
        ask(typeof found === 'string' ? found : (found[0]?.address ?? ''))
      })
    } else {
      ask(host)
    }
    return this
  } as typeof prototype.connect

  patchEnds(settings)
  patchTls()
}

/** The socket of a port of the pod itself, by its address or by 127.0.0.1. */
function ownSocket(settings: ContainerSettings, host: string, port: number): string | undefined {
  const open = `${settings.socketPrefix}${settings.podIp}-${port}`
  if (host === settings.podIp) return open
  if (!isLoopback(host)) return undefined
  const loopback = `${settings.socketPrefix}${loopbackOf(settings.podIp)}-${port}`
  return existsSync(loopback) ? loopback : open
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.') || host === '0.0.0.0' || host === '::'
}

function nextPort(): number {
  lastPort = lastPort >= 60_999 ? 32_768 : lastPort + 1
  return lastPort
}

/** An error about the socket file becomes one about the address that the app dialled. */
function rename(socket: net.Socket, path: string, host: string, port: number): void {
  const destroy = socket._destroy
  socket._destroy = function (error, callback) {
    const failed = error as NetworkError | null
    if (failed?.syscall === 'connect' && failed.address === path) {
      const real = addressError('connect', 'ECONNREFUSED', host, port)
      failed.stack = failed.stack?.replace(failed.message, real.message)
      Object.assign(failed, { message: real.message, errno: real.errno, code: real.code, address: host, port })
    }
    destroy.call(this, error, callback)
  }
}

/** `remoteAddress` and its kin say pods' addresses. Who dialled is not known to a server: it sees the node's address. */
function patchEnds(settings: ContainerSettings): void {
  const ends = (socket: net.Socket): Ends | undefined => {
    const known = endsOf.get(socket)
    if (known) return known
    const server = boundAddress((socket as unknown as { server?: net.Server }).server)
    if (!server) return undefined
    const prefix = server.address === '::' ? '::ffff:' : ''
    const from = server.localAddress === '127.0.0.1' ? '127.0.0.1' : settings.gatewayIp
    const made = {
      remoteAddress: `${prefix}${from}`,
      remotePort: nextPort(),
      localAddress: `${prefix}${server.localAddress}`,
      localPort: server.port,
    }
    endsOf.set(socket, made)
    return made
  }
  const family = (address: string) => (address.includes(':') ? 'IPv6' : 'IPv4')
  // What `remoteAddress`, `localPort`, `address()` and the like read; those themselves cannot be replaced.
  const prototype = net.Socket.prototype as unknown as Record<
    '_getpeername' | '_getsockname',
    (this: net.Socket) => object
  >
  const { _getpeername: peerName, _getsockname: socketName } = prototype
  prototype._getpeername = function () {
    const found = ends(this)
    if (!found) return peerName.call(this)
    if (this.connecting) return {}
    return { address: found.remoteAddress, family: family(found.remoteAddress), port: found.remotePort }
  }
  prototype._getsockname = function () {
    const found = ends(this)
    if (!found) return socketName.call(this)
    if (this.connecting || this.destroyed) return {}
    return { address: found.localAddress, family: family(found.localAddress), port: found.localPort }
  }
}

/** `tls.connect` makes a TCP handle of its own; a plain connection, which goes through the pod network, is put below it. */
function patchTls(): void {
  const connect = tls.connect as (options: tls.ConnectionOptions, callback?: () => void) => tls.TLSSocket
  tls.connect = ((...args: unknown[]) => {
    const { options, callback } = connectArguments(args) as {
      options: tls.ConnectionOptions
      callback?: () => void
    }
    const extra = args.find((arg, index) => index > 0 && typeof arg === 'object' && arg !== null)
    const all = { ...options, ...(extra as object) }
    if (all.socket) return connect(all, callback)
    const socket = net.connect({
      host: all.host,
      port: all.port,
      path: all.path,
      lookup: all.lookup,
    } as net.NetConnectOpts)
    const secure = connect(
      { ...all, socket, servername: all.servername ?? (net.isIP(all.host ?? '') ? '' : all.host) },
      callback,
    )
    socket.once('connect', () => secure.emit('connect'))
    return secure
  }) as typeof tls.connect
}

/** Reads the many ways to call `connect`, Node's own inner one (`[options, callback]`) too. */
function connectArguments(args: unknown[]): { options: ConnectOptions; callback?: () => void } {
  if (Array.isArray(args[0])) {
    const [options, callback] = args[0] as [ConnectOptions, (() => void) | null]
    return { options, callback: callback ?? undefined }
  }
  const last = args.at(-1)
  const callback = typeof last === 'function' ? (last as () => void) : undefined
  const [first, second] = args
  if (typeof first === 'object' && first !== null) return { options: first as ConnectOptions, callback }
  if (typeof first === 'string' && !/^\d+$/.test(first)) return { options: { path: first }, callback }
  return { options: { port: first as number, host: typeof second === 'string' ? second : undefined }, callback }
}
