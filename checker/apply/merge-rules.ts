import { type FieldType, type StructType, typeOfKind } from '../../cluster/apiserver/defaults/types.ts'
import facts from '../../cluster/apiserver/facts/fields.json' with { type: 'json' }
import type { MergeRules } from './three-way.ts'

interface FieldFacts {
  readonly patchMergeKey?: string
  readonly patchStrategy?: string
}

/** Facts by the type's short name, `core.v1.EventSeries` where two groups have one of that name. */
const byType = new Map<string, Readonly<Record<string, FieldFacts>>>()
for (const [schema, { props }] of Object.entries(facts as Record<string, { props?: Record<string, FieldFacts> }>)) {
  if (!props) continue
  const parts = schema.split('.')
  byType.set(parts.slice(-3).join('.'), props)
  byType.set(parts.at(-1) ?? schema, props)
}

/** How objects of a kind merge, as kubectl reads it from the API's own schema; undefined for a kind that Kubernetes does not ship. */
export function mergeRulesOf(apiVersion: string, kind: string): MergeRules | undefined {
  const type = typeOfKind(`${apiVersion} ${kind}`)
  return type && rulesOf(type)
}

function rulesOf(type: StructType): MergeRules {
  return {
    field(name) {
      const field = type.fields.get(name)
      return field && fieldRules(field, byType.get(type.name)?.[name] ?? {})
    },
  }
}

function fieldRules(field: FieldType, { patchMergeKey, patchStrategy = '' }: FieldFacts): MergeRules {
  const inner = field.struct && rulesOf(field.struct)
  const retains = patchStrategy.split(',').includes('retainKeys')
  const retainKeys = retains && { retainKeys: true }
  if (field.list) {
    const merges = patchStrategy.split(',').includes('merge')
    const item = inner && { ...inner, ...retainKeys }
    return { field: () => undefined, ...(merges && { mergeKey: patchMergeKey ?? '' }), ...(item && { item }) }
  }
  if (field.map) return { field: () => inner }
  return { field: (name) => inner?.field(name), ...retainKeys }
}
