import { failure } from '../../apimachinery/errors.ts'
import { typeOfKind } from '../defaults/types.ts'
import { badRequest } from '../registry/refusals.ts'
import { duplicateFields, type Parsed, parseJson } from './go-json.ts'
import { checkStruct, type Findings } from './type-check.ts'
import { parseYamlDocument } from './yaml.ts'

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

/** The kind that a body must be of. */
export interface Expected {
  readonly apiVersion: string
  readonly kind: string
}

const HEX_BYTES = 30
export const PROTOBUF = 'application/vnd.kubernetes.protobuf'
const MEDIA_TYPES = ['application/json', 'application/yaml', PROTOBUF]
/** Internal Go packages of the groups, as conversion errors name them. */
const PACKAGES: Readonly<Record<string, string>> = {
  '': 'core',
  'discovery.k8s.io': 'discovery',
  'coordination.k8s.io': 'coordination',
}

/** The object in a request's body, of the expected kind. Throws BadRequest in Go's words, UnsupportedMediaType. */
export async function decodeObject(
  body: Buffer,
  mediaType: string,
  expected: Expected,
  validation: FieldValidation,
  warn: (text: string) => void,
): Promise<object> {
  checkMediaType(mediaType)
  if (mediaType === PROTOBUF) {
    // Its table is large, and most clients never send any.
    const { decodeProtobuf } = await import('../protobuf/decode-object.ts')
    return decodeProtobuf(body, expected)
  }
  const text = body.toString('utf8')
  const parsed = mediaType === 'application/yaml' ? parseYamlDocument(text) : parseJson(text)
  const value = envelope(parsed, body, mediaType, expected) ?? {}
  const duplicates = validation === 'Ignore' || mediaType === 'application/yaml' ? [] : duplicateFields(text)
  decodeValue(value, expected, validation, warn, duplicates)
  return value
}

/** Throws UnsupportedMediaType for what no body of a request may be in. */
export function checkMediaType(mediaType: string): void {
  if (MEDIA_TYPES.includes(mediaType)) return
  const types = MEDIA_TYPES.join(', ')
  const message = `the body of the request was in an unknown format - accepted media types include: ${types}`
  throw failure(415, 'UnsupportedMediaType', message)
}

/** Checks a value's fields and types. Unknown fields are an error, a warning or nothing, as `validation` says. */
export function decodeValue(
  value: object,
  expected: Expected,
  validation: FieldValidation,
  warn: (text: string) => void,
  duplicates: readonly string[] = [],
): void {
  const { apiVersion, kind } = expected
  const given = value as { apiVersion?: string; kind?: string }
  checkKind({ apiVersion: given.apiVersion || apiVersion, kind: given.kind || kind }, expected)
  const type = typeOfKind(`${apiVersion} ${kind}`)
  if (!type) return
  const found: Findings = { unknown: [] }
  checkStruct(value, type, '', [], found)
  if (found.error) throw cannotHandle(expected, kind, found.error)
  if (validation === 'Ignore') return
  const strict = [
    ...duplicates.map((field) => `duplicate field ${JSON.stringify(field)}`),
    ...found.unknown.map((field) => `unknown field ${JSON.stringify(field)}`),
  ]
  if (strict.length === 0) return
  if (validation === 'Strict') throw cannotHandle(expected, kind, `strict decoding error: ${strict.join(', ')}`)
  for (const text of strict) warn(text)
}

/** A body in which no object was found at all. */
export function unrecognised(body: Buffer, { kind }: Expected, why: string) {
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${shown(body)})`)
}

function envelope({ value, error }: Parsed, body: Buffer, mediaType: string, expected: Expected): object | null {
  const refuse = (why: string) => unrecognised(body, expected, why)
  const unparsable = "couldn't get version/kind; json parse error: "
  if (error) throw refuse(mediaType === 'application/yaml' ? error : unparsable + error)
  if (value === null || value === undefined) return null
  if (typeof value !== 'object' || Array.isArray(value)) throw refuse(unparsable + goStruct(value))
  for (const [field, given] of Object.entries(value)) {
    if (field !== 'apiVersion' && field !== 'kind') continue
    if (given === null || typeof given === 'string') continue
    const what = Array.isArray(given) ? 'array' : typeof given === 'boolean' ? 'bool' : typeof given
    throw refuse(`${unparsable}json: cannot unmarshal ${what} into Go struct field .${field} of type string`)
  }
  return value
}

/** What encoding/json says of a value that is no object, where an object's kind is looked for. */
export function goStruct(value: unknown): string {
  const what = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  const go = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
  return `json: cannot unmarshal ${what} into Go value of type ${go}`
}

/** The start of a body, as messages show it: what looks like JSON as it is, anything else in hexadecimal. */
function shown(body: Buffer): string {
  if (body.length === 0) return '<empty>'
  if (body[0] === 0x7b) return body.toString('utf8')
  const hex = body.subarray(0, HEX_BYTES).toString('hex')
  return body.length > HEX_BYTES ? `${hex} ...` : hex
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

/** A body whose object was found, but is none of its kind. */
export function cannotHandle({ apiVersion, kind }: Expected, given: string, why: string) {
  return badRequest(`${given} in version "${apiVersion.split('/').at(-1)}" cannot be handled as a ${kind}: ${why}`)
}

/** The Go package of a kind's internal type, as messages name it: `core`, `apps`. */
export function packageOf({ apiVersion }: Pick<Expected, 'apiVersion'>): string {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
  return PACKAGES[group] ?? group.split('.')[0] ?? ''
}
