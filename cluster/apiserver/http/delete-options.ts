import { checkMediaType, goStruct, PROTOBUF } from '../decoding/decode.ts'
import { type Parsed, parseJson } from '../decoding/go-json.ts'
import { checkStruct, type Findings } from '../decoding/type-check.ts'
import { parseYamlDocument } from '../decoding/yaml.ts'
import { typeOfKind } from '../defaults/types.ts'
import { plainError } from '../registry/refusals.ts'

const KIND = 'DeleteOptions'
const HEAD = "couldn't get version/kind; json parse error: "

interface Given {
  readonly apiVersion?: string
  readonly kind?: string
  readonly [field: string]: unknown
}

/**
 * The body of a DELETE, or undefined for an empty one. Throws UnsupportedMediaType, and for what is no such body a plain error,
 * a 500, as kube-apiserver does.
 */
export async function decodeDeleteOptions(body: Buffer, mediaType: string): Promise<Given | undefined> {
  if (body.length === 0) return undefined
  checkMediaType(mediaType)
  if (mediaType === PROTOBUF) {
    const { decodeProtobufOptions } = await import('../protobuf/decode-options.ts')
    return decodeProtobufOptions(body, checkKind)
  }
  const text = body.toString('utf8')
  const given = objectOf(mediaType === 'application/yaml' ? parseYamlDocument(text) : parseJson(text))
  checkKind(given)
  const { apiVersion: _, kind: __, ...options } = given
  const type = typeOfKind(`v1 ${KIND}`)
  const found: Findings = { unknown: [] }
  if (type) checkStruct(options, type, '', [], found)
  if (found.error) throw plainError(found.error)
  return options
}

function objectOf({ value, error }: Parsed): Given {
  if (error) throw plainError(HEAD + error)
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw plainError(HEAD + goStruct(value))
  return value as Given
}

/** Of any version: every group has this kind. */
function checkKind({ apiVersion, kind }: Given): void {
  if (!kind || kind === KIND) return
  const version = apiVersion || 'meta.k8s.io/v1'
  throw plainError(`no kind "${kind}" is registered for version "${version}" in scheme "pkg/runtime/scheme.go:110"`)
}
