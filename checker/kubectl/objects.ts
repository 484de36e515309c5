/** Any object of the API, as it was written or as the server answered. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    generateName?: string
    uid?: string
    resourceVersion?: string
    generation?: number
    creationTimestamp?: string
    deletionTimestamp?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    [field: string]: unknown
  }
  [field: string]: unknown
}

export interface KubeList {
  readonly kind: string
  readonly items: readonly KubeObject[]
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string }
}

/** What a path of fields leads to, or undefined. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let found = value
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Record<string | number, unknown>)[step]
  }
  return found
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An object as the type of its kind, which whoever asked the server for it knows. */
export function typed<T extends { readonly metadata: object }>(object: KubeObject): T {
  return object as unknown as T
}
