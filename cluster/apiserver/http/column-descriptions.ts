import type { Resource } from '../resource.ts'
import { describe, typeNamed, typeOf, type ValueType } from '../schema/schema.ts'

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'

/** What stands under a column's head: the description of the field that it shows, where a field of that name is one. */
export function describeColumn(resource: Resource, column: string): string {
  const meta = typeNamed(META)
  if (column === 'Name') return describe(meta, 'name')
  if (column === 'Age') return describe(meta, 'creationTimestamp')
  const type = typeOf(resource.name)
  if (!type) return ''
  const field = column[0]?.toLowerCase() + column.slice(1)
  const own = describe(type, field)
  if (own) return own
  for (const part of ['spec', 'status']) {
    const value: ValueType | undefined = type.fields.get(part)?.type
    const text = value?.is === 'object' ? describe(value.type, field) : ''
    if (text) return text
  }
  return ''
}
