import type { KindName } from '../../cluster/apimachinery/objects.ts'
import { applyDefaults } from '../../cluster/apiserver/defaults/defaults.ts'
import { kinds } from '../../cluster/apiserver/kinds/index.ts'
import type { FieldError } from '../../cluster/apiserver/validation/field-error.ts'
import { validate } from '../../cluster/apiserver/validation/validate.ts'
import { isMap, type Located } from '../files/located.ts'

const known = new Set<string>(kinds.map(({ kind }) => kind))

/** What the API server would say to a new object of this kind, without asking one: the very code that it runs. */
export function serverErrors(object: Located, namespace: string): readonly FieldError[] {
  const kind = `${object.apiVersion} ${object.kind}`
  if (!known.has(kind)) return []
  const { value } = object
  const metadata = isMap(value.metadata) ? value.metadata : {}
  const complete = applyDefaults(kind as KindName, { ...value, metadata: { namespace, ...metadata } })
  try {
    return validate(kind as KindName, complete)
  } catch (error) {
    // an amount that nobody can read, such as `100 milli`: the server says so itself, before it looks at anything else
    if (error instanceof RangeError) return []
    throw error
  }
}
