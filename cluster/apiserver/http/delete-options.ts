import { shown } from '../decoding/decode.ts'
import { parseJson } from '../decoding/go-json.ts'
import { parseYamlDocument } from '../decoding/yaml.ts'
import { badRequest } from '../registry/refusals.ts'

const TYPES: Readonly<Record<string, string>> = {
  gracePeriodSeconds: 'number',
  propagationPolicy: 'string',
  orphanDependents: 'boolean',
}

/** The body of a DELETE, or undefined for an empty one. Throws BadRequest. */
export function decodeDeleteOptions(body: Buffer, mediaType: string): Readonly<Record<string, unknown>> | undefined {
  if (body.length === 0) return undefined
  const text = body.toString('utf8')
  const { value, error } = mediaType === 'application/yaml' ? parseYamlDocument(text) : parseJson(text)
  if (error) {
    const start = "the object provided is unrecognized (must be of type DeleteOptions): couldn't get version/kind;"
    throw badRequest(`${start} json parse error: ${error} (${shown(body)})`)
  }
  const options = (value ?? {}) as Record<string, unknown>
  for (const [field, type] of Object.entries(TYPES)) {
    const given = options[field]
    if (given === undefined || given === null || typeof given === type) continue
    const go = type === 'number' ? 'int64' : type === 'boolean' ? 'bool' : 'v1.DeletionPropagation'
    const why = `json: cannot unmarshal ${typeof given} into Go struct field DeleteOptions.${field} of type ${go}`
    throw badRequest(`DeleteOptions in version "v1" cannot be handled as a DeleteOptions: ${why}`)
  }
  return options
}
