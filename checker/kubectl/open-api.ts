import { groupVersion, type Resource } from './resource.ts'
import type { Server } from './server.ts'

/** A schema of the server's OpenAPI document; references are followed by `OpenApi.resolve`. */
export interface Schema {
  readonly $ref?: string
  readonly allOf?: readonly Schema[]
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly oneOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly 'x-kubernetes-patch-merge-key'?: string
  readonly 'x-kubernetes-patch-strategy'?: string
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[]
}

/** The OpenAPI v3 document of one group and version. */
export class OpenApi {
  readonly #schemas: Readonly<Record<string, Schema>>

  constructor(schemas: Readonly<Record<string, Schema>>) {
    this.#schemas = schemas
  }

  static async of(server: Server, resource: Resource): Promise<OpenApi> {
    const path = resource.group ? `/openapi/v3/apis/${groupVersion(resource)}` : `/openapi/v3/api/${resource.version}`
    const { components } = await server.json<{ components?: { schemas?: Record<string, Schema> } }>(path)
    return new OpenApi(components?.schemas ?? {})
  }

  /** The schema of a resource's kind, or undefined. */
  kind({ group, version, kind }: Resource): Schema | undefined {
    return Object.values(this.#schemas).find((schema) =>
      schema['x-kubernetes-group-version-kind']?.some(
        (gvk) => gvk.group === group && gvk.version === version && gvk.kind === kind,
      ),
    )
  }

  /** Follows references; what stands beside one (description, merge key) wins over what is behind it. */
  resolve(schema: Schema | undefined): Schema | undefined {
    if (!schema) return undefined
    const ref = schema.$ref ?? schema.allOf?.[0]?.$ref
    const name = ref?.split('/').at(-1)
    return name ? { ...this.#schemas[name], ...schema } : schema
  }

  /** The last part of a referred type's name (`PodSpec`), or undefined. */
  static refName(schema: Schema | undefined): string | undefined {
    return (schema?.$ref ?? schema?.allOf?.[0]?.$ref)?.split('.').at(-1)
  }
}
