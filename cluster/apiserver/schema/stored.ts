/** The schema as its file has it: compact, read by `schema.ts` alone. */
export interface StoredSchema {
  /** `apps/v1 Deployment` to `io.k8s.api.apps.v1.Deployment`. */
  readonly kinds: Readonly<Record<string, string>>
  readonly types: Readonly<Record<string, Readonly<Record<string, StoredField>>>>
  /** Types that merge as a whole. */
  readonly atomic: readonly string[]
}

export interface StoredValue {
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'any'
  readonly format?: string
  readonly ref?: string
  readonly list?: StoredValue
  readonly map?: StoredValue
}

export interface StoredField extends StoredValue {
  readonly required?: true
  readonly enum?: readonly string[]
  readonly listType?: 'atomic' | 'set' | 'map'
  readonly listMapKeys?: readonly string[]
  readonly patchMergeKey?: string
  readonly patchStrategy?: string
  readonly mapType?: 'atomic'
  readonly default?: unknown
}
