import { type FieldType, type StructType, typeOfKind } from '../defaults/types.ts'

const known = new Map<string, object>()

/** A kind's zero value as Go writes it: only the fields that are never left out. A new object is compared with this. */
export function emptyObject(kind: string): object {
  let empty = known.get(kind)
  if (!empty) {
    const type = typeOfKind(kind)
    empty = type ? zeroOf(type) : {}
    known.set(kind, empty)
  }
  return empty
}

function zeroOf({ always }: StructType): object {
  return Object.fromEntries(always.map(([name, type]) => [name, zero(type)]))
}

function zero({ base, struct, list, map, pointer }: FieldType): unknown {
  if (list || map || pointer) return null
  if (struct) return zeroOf(struct)
  if (base === 'string') return ''
  if (base === 'bool') return false
  return /^u?int\d+$/.test(base) ? 0 : null
}
