import { createHash } from 'node:crypto'
import type { Resource, Resources } from '../resource.ts'
import { describe, type Field, type ObjectType, typeOf, type ValueType } from '../schema/schema.ts'
import { VERSION } from './version.ts'

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity'
const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString'
const SPECIAL: Readonly<Record<string, object>> = {
  [QUANTITY]: { type: 'string' },
  [INT_OR_STRING]: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
}
/** Formats of this project's tables that OpenAPI does not have. */
const OWN_FORMATS: ReadonlySet<string> = new Set(['quantity', 'int-or-string', 'raw', 'any', 'micro-time'])

/**
 * OpenAPI v3, one document a group and version: what kubectl's explain, validation, diff and edit read. Made from the schema when
 * first asked for.
 */
export class OpenApi {
  readonly #resources: Resources
  readonly #documents = new Map<string, string>()

  constructor(resources: Resources) {
    this.#resources = resources
  }

  /** `/openapi/v3` */
  index(): object {
    const versions = [...new Set(this.#resources.all.map(({ apiVersion }) => apiVersion))]
    const paths = versions.map((apiVersion) => {
      const path = rootOf(apiVersion).slice(1)
      // The version says all there is to tell: documents change with the code only, and are cached by this hash.
      const hash = createHash('sha256').update(`${VERSION.gitVersion}/${path}/${FORM}`).digest('hex').toUpperCase()
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }]
    })
    return { paths: Object.fromEntries(paths) }
  }

  /** `/openapi/v3/apis/apps/v1`, as JSON; undefined when there is no such version. */
  document(path: string): string | undefined {
    const resources = this.#resources.all.filter(({ apiVersion }) => rootOf(apiVersion) === `/${path}`)
    if (resources.length === 0) return undefined
    let text = this.#documents.get(path)
    if (text === undefined) {
      text = JSON.stringify(documentOf(resources))
      this.#documents.set(path, text)
    }
    return text
  }
}

/** Raised when documents change for the same Kubernetes version. */
const FORM = 2

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
}

function documentOf(resources: readonly Resource[]): object {
  const schemas: Record<string, object> = { ...SPECIAL }
  const add = (type: ObjectType) => {
    if (schemas[type.name]) return
    const schema: Record<string, unknown> = { type: 'object' }
    schemas[type.name] = schema
    const description = describe(type)
    if (description) schema.description = description
    const required = [...type.fields.values()].filter((field) => field.required).map(({ name }) => name)
    if (required.length > 0) schema.required = required
    const properties: Record<string, object> = {}
    for (const field of type.fields.values()) properties[field.name] = propertyOf(type, field, add)
    schema.properties = properties
    if (type.atomic) schema['x-kubernetes-map-type'] = 'atomic'
  }
  const paths: Record<string, object> = {}
  for (const resource of resources) {
    const type = typeOf(resource.name)
    if (!type) continue
    add(type)
    Object.assign(schemas[type.name] as object, { 'x-kubernetes-group-version-kind': [gvkOf(resource)] })
    Object.assign(paths, pathsOf(resource, type))
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: VERSION.gitVersion },
    paths,
    components: { schemas },
  }
}

function gvkOf({ group, version, kind }: Resource) {
  return { group, version, kind }
}

/** Enough of the paths for kubectl: which kind lives there, and that writes can be validated and tried. */
function pathsOf(resource: Resource, type: ObjectType): Record<string, object> {
  const kind = { 'x-kubernetes-group-version-kind': gvkOf(resource) }
  const content = { 'application/json': { schema: { $ref: `#/components/schemas/${type.name}` } } }
  const responses = { 200: { description: 'OK', content } }
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => {
    return { name, in: 'query', schema: { type: 'string', uniqueItems: true } }
  })
  const read = (action: string) => ({ 'x-kubernetes-action': action, ...kind, responses })
  const write = (action: string) => ({ ...read(action), parameters, requestBody: { content } })
  const collection = `${rootOf(resource.apiVersion)}${resource.namespaced ? '/namespaces/{namespace}' : ''}/${resource.plural}`
  return {
    ...(resource.namespaced && { [`${rootOf(resource.apiVersion)}/${resource.plural}`]: { get: read('list') } }),
    [collection]: { get: read('list'), post: write('post') },
    [`${collection}/{name}`]: {
      get: read('get'),
      put: write('put'),
      patch: write('patch'),
      delete: { ...read('delete'), parameters },
    },
  }
}

function propertyOf(type: ObjectType, field: Field, add: (type: ObjectType) => void): object {
  // The models say nothing of fields that refer to another type: then that type's own words stand there.
  const referred = field.type.is === 'object' ? describe(field.type.type) : ''
  const description = describe(type, field.name) || referred
  const { listType, listMapKeys, patchMergeKey, patchStrategies, mapType } = field
  const value = schemaOf(field.type, add)
  return {
    ...(description && { description }),
    ...('$ref' in value ? { allOf: [value] } : value),
    ...(field.default !== undefined && { default: field.default }),
    ...(field.enum && { enum: field.enum }),
    ...(listType && { 'x-kubernetes-list-type': listType }),
    ...(listMapKeys && { 'x-kubernetes-list-map-keys': listMapKeys }),
    ...(patchMergeKey && { 'x-kubernetes-patch-merge-key': patchMergeKey }),
    ...(patchStrategies.length > 0 && { 'x-kubernetes-patch-strategy': patchStrategies.join(',') }),
    ...(mapType && { 'x-kubernetes-map-type': mapType }),
  }
}

function schemaOf(type: ValueType, add: (type: ObjectType) => void): object {
  switch (type.is) {
    case 'object':
      add(type.type)
      return { $ref: `#/components/schemas/${type.type.name}` }
    case 'list':
      return { type: 'array', items: schemaOf(type.items, add) }
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(type.values, add) }
    default:
      if (type.format === 'quantity') return { $ref: `#/components/schemas/${QUANTITY}` }
      if (type.format === 'int-or-string') return { $ref: `#/components/schemas/${INT_OR_STRING}` }
      if (type.scalar === 'any') return { type: 'object' }
      return { type: type.scalar, ...formatOf(type.format) }
  }
}

function formatOf(format: string | undefined): object {
  if (format === 'micro-time') return { format: 'date-time' }
  return format && !OWN_FORMATS.has(format) ? { format } : {}
}
