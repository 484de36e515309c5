import { typeOfKind } from '../defaults/types.ts'
import { badRequest } from '../registry/refusals.ts'

/** The kind that a body must be of. */
export interface Expected {
  readonly apiVersion: string
  readonly kind: string
}

const HEX_BYTES = 30
/** Internal Go packages of the groups, as conversion errors name them. */
const PACKAGES: Readonly<Record<string, string>> = {
  '': 'core',
  'discovery.k8s.io': 'discovery',
  'coordination.k8s.io': 'coordination',
}

/** A body in which no object was found at all. */
export function unrecognised(body: Buffer, { kind }: Expected, why: string) {
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${shown(body)})`)
}

/** A body whose object was found, but is none of its kind. */
export function cannotHandle({ apiVersion, kind }: Expected, given: string, why: string) {
  return badRequest(`${given} in version "${apiVersion.split('/').at(-1)}" cannot be handled as a ${kind}: ${why}`)
}

/** Throws BadRequest in Go's words. */
export function checkKind(given: Expected, expected: Expected): void {
  if (given.apiVersion === expected.apiVersion && given.kind === expected.kind) return
  const version = given.apiVersion.split('/').at(-1) ?? ''
  const why = typeOfKind(`${given.apiVersion} ${given.kind}`)
    ? `converting (${version}.${given.kind}) to (${packageOf(expected)}.${expected.kind}): unknown conversion`
    : `no kind "${given.kind}" is registered for version "${given.apiVersion}" in scheme "pkg/runtime/scheme.go:110"`
  throw badRequest(`${given.kind} in version "${version}" cannot be handled as a ${expected.kind}: ${why}`)
}

/** The Go package of a kind's internal type, as messages name it: `core`, `apps`. */
export function packageOf({ apiVersion }: Pick<Expected, 'apiVersion'>): string {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
  return PACKAGES[group] ?? group.split('.')[0] ?? ''
}

/** The start of a body, as messages show it: what looks like JSON as it is, anything else in hexadecimal. */
function shown(body: Buffer): string {
  if (body.length === 0) return '<empty>'
  if (body[0] === 0x7b) return body.toString('utf8')
  const hex = body.subarray(0, HEX_BYTES).toString('hex')
  return body.length > HEX_BYTES ? `${hex} ...` : hex
}
