import facts from '../../cluster/apiserver/facts/fields.json' with { type: 'json' }

/** What no type says about a field. */
export interface FieldFacts {
  readonly enum?: readonly string[]
  readonly items?: { readonly enum?: readonly string[] }
  readonly patchMergeKey?: string
  readonly patchStrategy?: string
}

const byType = new Map<string, Readonly<Record<string, FieldFacts>>>()
for (const [schema, { props }] of Object.entries(facts as Record<string, { props?: Record<string, FieldFacts> }>)) {
  if (!props) continue
  const parts = schema.split('.')
  // `core.v1.EventSeries` where two groups have a type of one name
  byType.set(parts.slice(-3).join('.'), props)
  byType.set(parts.at(-1) ?? schema, props)
}

/** Facts about the fields of a type, by its Go name. */
export function fieldFactsOf(type: string): Readonly<Record<string, FieldFacts>> {
  return byType.get(type) ?? {}
}
