import { type FieldType, type StructType, typeOfKind } from '../../cluster/apiserver/defaults/types.ts'
import { type FieldFacts, fieldFactsOf } from '../schema/field-facts.ts'
import type { MergeRules } from './three-way.ts'

/** How objects of a kind merge, as kubectl reads it from the API's own schema; undefined for a kind that Kubernetes does not ship. */
export function mergeRulesOf(apiVersion: string, kind: string): MergeRules | undefined {
  const type = typeOfKind(`${apiVersion} ${kind}`)
  return type && rulesOf(type)
}

function rulesOf(type: StructType): MergeRules {
  return {
    field(name) {
      const field = type.fields.get(name)
      return field && fieldRules(field, fieldFactsOf(type.name)[name] ?? {})
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
