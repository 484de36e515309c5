import dns from 'node:dns'
import net from 'node:net'
import { type NetworkError, nameError } from './network-errors.ts'

type Callback = (error: Error | null, ...results: unknown[]) => void

/** The cluster's DNS, as /etc/resolv.conf names it. */
const NAMESERVER = '10.96.0.10'

/** Makes `dns` ask the cluster's DNS: A records of Services and pods, and nothing from outside. */
export function patchNames(ask: (name: string) => Promise<readonly string[]>): void {
  const lookup = async (name: string, options: unknown) => {
    const { family, all } = lookupOptions(options)
    const version = net.isIP(name)
    const addresses = version > 0 ? [name] : await ask(name)
    const found = addresses.map((address) => ({ address, family: net.isIP(address) }))
    const fitting = family === 4 || family === 6 ? found.filter((entry) => entry.family === family) : found
    const [first] = fitting
    if (!first) throw nameError('getaddrinfo', 'ENOTFOUND', name)
    return all ? fitting : first
  }
  const resolve = async (name: string, type: string) => {
    const addresses = type === 'A' || type === 'ANY' ? await ask(name) : []
    if (addresses.length > 0)
      return type === 'ANY' ? addresses.map((address) => ({ type, address, ttl: 30 })) : [...addresses]
    const known = addresses.length === 0 && type !== 'A' && (await ask(name)).length > 0
    throw nameError(`query${type === 'ANY' ? 'Any' : capitalised(type)}`, known ? 'ENODATA' : 'ENOTFOUND', name)
  }

  const callbackLookup = (name: string, ...rest: unknown[]) => {
    const callback = rest.pop() as Callback
    if (typeof callback !== 'function') throw new TypeError('The "callback" argument must be of type function.')
    lookup(name, rest[0]).then(
      (found) => (Array.isArray(found) ? callback(null, found) : callback(null, found.address, found.family)),
      (error) => callback(error),
    )
  }
  for (const symbol of Object.getOwnPropertySymbols(dns.lookup)) {
    Object.defineProperty(
      callbackLookup,
      symbol,
      Object.getOwnPropertyDescriptor(dns.lookup, symbol) as PropertyDescriptor,
    )
  }
  Object.assign(dns, { lookup: callbackLookup })
  Object.assign(dns.promises, { lookup })

  for (const [target, promises] of [
    [dns, false],
    [dns.Resolver.prototype, false],
    [dns.promises, true],
    [dns.promises.Resolver.prototype, true],
  ] as const) {
    const style = (asked: (name: string, ...rest: unknown[]) => Promise<unknown>) =>
      promises ? asked : withCallback(asked)
    const replaced: Record<string, unknown> = {
      resolve: style((name, type) => resolve(name, typeof type === 'string' ? type.toUpperCase() : 'A')),
      resolve4: style((name) => resolve(name, 'A')),
      resolve6: style((name) => resolve(name, 'AAAA')),
      reverse: style((address) => Promise.reject(notFound('getHostByAddr', address))),
      getServers: () => [NAMESERVER],
    }
    for (const type of ['Any', 'Caa', 'Cname', 'Mx', 'Naptr', 'Ns', 'Ptr', 'Soa', 'Srv', 'Tlsa', 'Txt']) {
      replaced[`resolve${type}`] = style((name) => resolve(name, type.toUpperCase()))
    }
    for (const [name, value] of Object.entries(replaced)) {
      Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true })
    }
  }
}

function withCallback(asked: (name: string, ...rest: unknown[]) => Promise<unknown>) {
  return (name: string, ...rest: unknown[]) => {
    const callback = rest.pop() as Callback
    asked(name, ...rest).then(
      (result) => callback(null, result),
      (error) => callback(error),
    )
  }
}

function lookupOptions(options: unknown): { family: number; all: boolean } {
  if (typeof options === 'number') return { family: options, all: false }
  const { family, all } = (options ?? {}) as { family?: number | string; all?: boolean }
  return { family: family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : Number(family ?? 0), all: all ?? false }
}

function capitalised(type: string): string {
  return type === 'A' ? 'A' : type === 'AAAA' ? 'Aaaa' : type[0] + type.slice(1).toLowerCase()
}

function notFound(syscall: string, name: string): NetworkError {
  return nameError(syscall, 'ENOTFOUND', name)
}
