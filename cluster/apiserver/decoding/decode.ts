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
/** Internal Go packages of the groups, as conversion errors name them. */
const PACKAGES: Readonly<Record<string, string>> = {
  '': 'core',
  'discovery.k8s.io': 'discovery',
  'coordination.k8s.io': 'coordination',
}

/** The object in a request's body, of the expected kind. Throws BadRequest in Go's words, UnsupportedMediaType. */
export function decodeObject(
  body: Buffer,
  mediaType: string,
  expected: Expected,
  validation: FieldValidation,
  warn: (text: string) => void,
): object {
  if (mediaType !== 'application/json' && mediaType !== 'application/yaml') {
    const types = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'
    const message = `the body of the request was in an unknown format - accepted media types include: ${types}`
    throw failure(415, 'UnsupportedMediaType', message)
  }
  const text = body.toString('utf8')
  const parsed = mediaType === 'application/yaml' ? parseYamlDocument(text) : parseJson(text)
  const value = envelope(parsed, body, mediaType, expected) ?? {}
  const duplicates = validation === 'Ignore' || mediaType === 'application/yaml' ? [] : duplicateFields(text)
  decodeValue(value, expected, validation, warn, duplicates)
  return value
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

function envelope({ value, error }: Parsed, body: Buffer, mediaType: string, { kind }: Expected): object | null {
  const refuse = (why: string) => {
    return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${shown(body)})`)
  }
  const unparsable = "couldn't get version/kind; json parse error: "
  if (error) throw refuse(mediaType === 'application/yaml' ? error : unparsable + error)
  if (value === null || value === undefined) return null
  if (typeof value !== 'object' || Array.isArray(value)) {
    const what = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
    const go = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
    throw refuse(`${unparsable}json: cannot unmarshal ${what} into Go value of type ${go}`)
  }
  for (const [field, given] of Object.entries(value)) {
    if (field !== 'apiVersion' && field !== 'kind') continue
    if (given === null || typeof given === 'string') continue
    const what = Array.isArray(given) ? 'array' : typeof given === 'boolean' ? 'bool' : typeof given
    throw refuse(`${unparsable}json: cannot unmarshal ${what} into Go struct field .${field} of type string`)
  }
  return value
}

/** The start of a body, as messages show it: what looks like JSON as it is, anything else in hexadecimal. */
export function shown(body: Buffer): string {
  if (body.length === 0) return '<empty>'
  if (body[0] === 0x7b) return body.toString('utf8')
  const hex = body.subarray(0, HEX_BYTES).toString('hex')
  return body.length > HEX_BYTES ? `${hex} ...` : hex
}

function checkKind(given: Expected, expected: Expected): void {
  if (given.apiVersion === expected.apiVersion && given.kind === expected.kind) return
  const version = given.apiVersion.split('/').at(-1) ?? ''
  const why = typeOfKind(`${given.apiVersion} ${given.kind}`)
    ? `converting (${version}.${given.kind}) to (${packageOf(expected)}.${expected.kind}): unknown conversion`
    : `no kind "${given.kind}" is registered for version "${given.apiVersion}" in scheme "pkg/runtime/scheme.go:110"`
  throw badRequest(`${given.kind} in version "${version}" cannot be handled as a ${expected.kind}: ${why}`)
}

function cannotHandle({ apiVersion, kind }: Expected, given: string, why: string) {
  return badRequest(`${given} in version "${apiVersion.split('/').at(-1)}" cannot be handled as a ${kind}: ${why}`)
}

/** The Go package of a kind's internal type, as messages name it: `core`, `apps`. */
export function packageOf({ apiVersion }: Pick<Expected, 'apiVersion'>): string {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
  return PACKAGES[group] ?? group.split('.')[0] ?? ''
}
