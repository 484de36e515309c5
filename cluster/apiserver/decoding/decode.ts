import { failure } from '../../apimachinery/errors.ts'
import { typeOfKind } from '../defaults/types.ts'
import { duplicateFields, type Parsed, parseJson } from './go-json.ts'
import { checkStruct, type Findings } from './type-check.ts'
import { cannotHandle, checkKind, type Expected, unrecognised } from './wrong-body.ts'
import { parseYamlDocument } from './yaml.ts'

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

export const PROTOBUF = 'application/vnd.kubernetes.protobuf'
const MEDIA_TYPES = ['application/json', 'application/yaml', PROTOBUF]

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
