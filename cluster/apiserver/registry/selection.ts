import { matchesRequirement, type Requirement } from '../../apimachinery/labels.ts'
import type { AnyObject } from '../../apimachinery/objects.ts'
import type { Resource } from '../resource.ts'

export interface FieldRequirement {
  readonly field: string
  readonly value: string
  readonly equal: boolean
}

/** Which objects a list or watch is about. */
export interface Selection {
  readonly labels: readonly Requirement[]
  readonly fields: readonly FieldRequirement[]
  readonly everything: boolean
}

export const EVERYTHING: Selection = { labels: [], fields: [], everything: true }

export function selects({ labels, fields, everything }: Selection, resource: Resource, object: AnyObject): boolean {
  if (everything) return true
  if (!labels.every((requirement) => matchesRequirement(requirement, object.metadata.labels))) return false
  if (fields.length === 0) return true
  const own = resource.declaration.selectableFields?.(object as never)
  return fields.every(({ field, value, equal }) => (fieldOf(object, field, own) === value) === equal)
}

function fieldOf({ metadata }: AnyObject, field: string, own: Readonly<Record<string, string>> | undefined): string {
  if (field === 'metadata.name') return metadata.name
  if (field === 'metadata.namespace') return metadata.namespace ?? ''
  return own?.[field] ?? ''
}
