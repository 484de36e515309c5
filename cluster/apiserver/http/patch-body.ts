import type { IncomingMessage } from 'node:http'
import { failure } from '../../apimachinery/errors.ts'
import type { Patch } from '../../client/api-client.ts'
import { parseJson } from '../decoding/go-json.ts'
import { badRequest } from '../registry/refusals.ts'
import { readBody } from './body.ts'

const TYPES: Readonly<Record<string, Patch['type']>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
}

/** Reads a patch. Throws UnsupportedMediaType, BadRequest. */
export async function decodePatch(mediaType: string, request: IncomingMessage): Promise<Patch> {
  const type = TYPES[mediaType]
  if (!type) throw failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
  const text = (await readBody(request)).toString('utf8')
  const { value, error } = parseJson(text)
  if (error) throw badRequest(type === 'strategic' ? error : `error decoding patch: ${error}`)
  if (type === 'json') {
    if (!Array.isArray(value)) {
      throw badRequest(
        `error decoding patch: json: cannot unmarshal ${kindOf(value)} into Go value of type []handlers.jsonPatchOp`,
      )
    }
  } else if (value === null) {
    if (type === 'merge') throw badRequest('Invalid JSON Patch')
  } else if (typeof value !== 'object' || Array.isArray(value)) {
    const why = `json: cannot unmarshal ${kindOf(value)} into Go value of type map[string]interface {}`
    throw badRequest(type === 'merge' ? `error decoding patch: ${why}` : why)
  }
  return { type, body: value ?? {} }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
