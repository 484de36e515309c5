import { type Field, type ObjectType, typeOf, type ValueType } from '../../cluster/apiserver/schema/schema.ts'
import type { MergeRules } from './three-way.ts'

/** How objects of a kind merge, as kubectl reads it from the API's own schema; undefined for a kind that Kubernetes does not ship. */
export function mergeRulesOf(apiVersion: string, kind: string): MergeRules | undefined {
  const type = typeOf(`${apiVersion} ${kind}`)
  return type && typeRules(type)
}

function typeRules(type: ObjectType): MergeRules {
  return {
    field(name) {
      const field = type.fields.get(name)
      return field && fieldRules(field)
    },
  }
}

function fieldRules({ type, patchStrategies, patchMergeKey }: Field): MergeRules {
  const retainKeys = patchStrategies.includes('retainKeys') && { retainKeys: true }
  if (type.is === 'list') {
    const item = valueRules(type.items)
    const merges = patchStrategies.includes('merge') && { mergeKey: patchMergeKey ?? '' }
    return { field: () => undefined, ...merges, ...(item && { item: { ...item, ...retainKeys } }) }
  }
  return { ...(valueRules(type) ?? { field: () => undefined }), ...retainKeys }
}

function valueRules(type: ValueType): MergeRules | undefined {
  if (type.is === 'object') return typeRules(type.type)
  return type.is === 'map' ? { field: () => valueRules(type.values) } : undefined
}
