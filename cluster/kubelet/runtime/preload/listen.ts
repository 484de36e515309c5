import fs from 'node:fs'
import net from 'node:net'
import type { ContainerSettings, Question } from './container-settings.ts'
import { loopbackOf } from './container-settings.ts'
import { addressError } from './network-errors.ts'

const { existsSync } = fs

export interface BoundAddress {
  readonly address: string
  readonly family: 'IPv4' | 'IPv6'
  readonly port: number
  /** What a connection's own address reads as, seen from the server. */
  readonly localAddress: string
}

const bound = new WeakMap<net.Server, BoundAddress>()

/** The pod's address that a server is bound to, or undefined for one on a socket file. */
export function boundAddress(server: net.Server | undefined): BoundAddress | undefined {
  return server && bound.get(server)
}

interface ListenOptions {
  readonly port?: number | string
  readonly host?: string
  readonly path?: string
  readonly backlog?: number
  readonly exclusive?: boolean
  readonly signal?: AbortSignal
}

/** First port that `listen(0)` gives, as Linux has it. */
const FIRST_EPHEMERAL = 32_768
const LAST_PORT = 65_535

/**
 * Makes `net.Server.listen` bind ports of the pod: each is a socket of its own. Bound to 127.0.0.1 it can be reached from the
 * same pod only.
 */
export function patchListen(
  settings: ContainerSettings,
  tell: (question: Question) => void,
  hostPath: (path: string) => string,
): void {
  const prototype = net.Server.prototype
  const listen = prototype.listen as (this: net.Server, options: object) => net.Server
  const address = prototype.address
  const socketOf = (ip: string, port: number) => `${settings.socketPrefix}${ip}-${port}`
  // A port of all addresses and one of 127.0.0.1 exclude each other, as on Linux.
  const inUse = (port: number) =>
    existsSync(socketOf(settings.podIp, port)) || existsSync(socketOf(loopbackOf(settings.podIp), port))

  const freePort = (): number => {
    const start = FIRST_EPHEMERAL + Math.floor(Math.random() * (60_999 - FIRST_EPHEMERAL))
    let port = start
    while (inUse(port)) port = port === 60_999 ? FIRST_EPHEMERAL : port + 1
    return port
  }

  prototype.listen = function (this: net.Server, ...args: unknown[]): net.Server {
    const { options, callback } = listenArguments(args)
    if (!options) return (listen as (...all: unknown[]) => net.Server).apply(this, args)
    if (callback) this.once('listening', callback)
    if (options.path) return listen.call(this, { ...options, path: hostPath(options.path) })

    const wanted = Number(options.port ?? 0)
    const host = options.host ?? ''
    const where = placeOf(host, settings.podIp)
    if (!Number.isInteger(wanted) || wanted < 0 || wanted > LAST_PORT) {
      // Node's own complaint, with its own words.
      return listen.call(this, { port: options.port, host: '127.0.0.1' })
    }
    const fail = (code: 'EADDRINUSE' | 'EADDRNOTAVAIL') => {
      process.nextTick(() => this.emit('error', addressError('listen', code, where?.address ?? host, wanted)))
      return this
    }
    if (!where) return fail('EADDRNOTAVAIL')
    if (wanted !== 0 && inUse(wanted)) return fail('EADDRINUSE')

    const port = wanted === 0 ? freePort() : wanted
    const socket = socketOf(where.loopback ? loopbackOf(settings.podIp) : settings.podIp, port)
    bound.set(this, {
      address: where.address,
      family: where.address.includes(':') ? 'IPv6' : 'IPv4',
      port,
      localAddress: where.loopback ? '127.0.0.1' : settings.podIp,
    })
    tell({ op: 'listening', socket })
    this.once('close', () => {
      bound.delete(this)
      tell({ op: 'closed', socket })
    })
    return listen.call(this, { path: socket, backlog: options.backlog, signal: options.signal })
  } as typeof prototype.listen

  prototype.address = function (this: net.Server) {
    const place = bound.get(this)
    if (!place) return address.call(this)
    return this.listening ? { address: place.address, family: place.family, port: place.port } : null
  }
}

/** Reads the many ways to call `listen`; no options: something else than a port or a path (a handle, a descriptor). */
function listenArguments(args: unknown[]): { options?: ListenOptions; callback?: () => void } {
  const last = args.at(-1)
  const callback = typeof last === 'function' ? (last as () => void) : undefined
  const [first, second, third] = callback ? args.slice(0, -1) : args
  if (first === undefined || first === null) return { options: { port: 0 }, callback }
  if (typeof first === 'object') {
    const given = first as ListenOptions & { fd?: number; _handle?: unknown }
    if (given.fd !== undefined || given._handle !== undefined) return {}
    return { options: given, callback }
  }
  if (typeof first === 'string' && !/^\s*\d+\s*$/.test(first)) return { options: { path: first }, callback }
  const host = typeof second === 'string' ? second : undefined
  const backlog = typeof second === 'number' ? second : typeof third === 'number' ? third : undefined
  return { options: { port: first as number | string, host, backlog }, callback }
}

/** Where a host name binds; undefined: not an address of this pod. */
function placeOf(host: string, podIp: string): { address: string; loopback: boolean } | undefined {
  if (host === '' || host === '::') return { address: '::', loopback: false }
  if (host === '0.0.0.0' || host === podIp) return { address: host, loopback: false }
  if (host === 'localhost' || host.startsWith('127.')) {
    return { address: host === 'localhost' ? '127.0.0.1' : host, loopback: true }
  }
  if (host === '::1') return { address: '::1', loopback: true }
  return undefined
}
