import { isIP, isIPv4 } from 'node:net'
import { invalid } from './field.ts'
import type { FieldError } from './field-error.ts'

export const IP_MESSAGE = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'

export function validateIp(address: string, path: string): FieldError[] {
  return isIP(address) === 0 ? [invalid(path, address, IP_MESSAGE)] : []
}

/** As ValidateNonSpecialIP: where connections of others can be sent to. */
export function validateNonSpecialIp(address: string, path: string): FieldError[] {
  const kinds = isIPv4(address) ? V4 : V6
  return kinds.filter(([pattern]) => pattern.test(address)).map(([, detail]) => invalid(path, address, detail))
}

const UNSPECIFIED = 'may not be unspecified (0.0.0.0 or ::)'
const LOOPBACK = 'may not be in the loopback range (127.0.0.0/8, ::1/128)'
const LINK_LOCAL = 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'
const MULTICAST = 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'

const V4: readonly (readonly [RegExp, string])[] = [
  [/^0\.0\.0\.0$/, UNSPECIFIED],
  [/^127\./, LOOPBACK],
  [/^169\.254\./, LINK_LOCAL],
  [/^224\.0\.0\./, MULTICAST],
]
const V6: readonly (readonly [RegExp, string])[] = [
  [/^[0:]+$/, UNSPECIFIED],
  [/^[0:]+:0*1$/, LOOPBACK],
  [/^fe[89ab]/i, LINK_LOCAL],
  [/^ff02/i, MULTICAST],
]
