import os from 'node:os'

/** Errors of the network as libuv and Node word them. */
export interface NetworkError extends Error {
  errno: number
  code: string
  syscall: string
  address?: string
  port?: number
  hostname?: string
}

/** `connect ECONNREFUSED 10.96.0.7:80`, `listen EADDRINUSE: address already in use :::3000`, … */
export function addressError(
  syscall: 'connect' | 'listen',
  code: 'ECONNREFUSED' | 'ENETUNREACH' | 'EADDRINUSE' | 'EADDRNOTAVAIL' | 'EACCES',
  address: string,
  port: number,
): NetworkError {
  const what = syscall === 'connect' ? code : `${code}: ${EXPLANATIONS[code]}`
  const error = new Error(`${syscall} ${what} ${address}:${port}`) as NetworkError
  return Object.assign(error, { errno: -(os.constants.errno[code] ?? 0), code, syscall, address, port })
}

const EXPLANATIONS = {
  ECONNREFUSED: 'connection refused',
  ENETUNREACH: 'network is unreachable',
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'address not available',
  EACCES: 'permission denied',
} as const

/** `getaddrinfo ENOTFOUND store`, `queryA ENODATA store`, … */
export function nameError(syscall: string, code: 'ENOTFOUND' | 'ENODATA', hostname: string): NetworkError {
  const error = new Error(`${syscall} ${code} ${hostname}`) as NetworkError
  return Object.assign(error, {
    errno: syscall === 'getaddrinfo' ? -3008 : (undefined as never),
    code,
    syscall,
    hostname,
  })
}
