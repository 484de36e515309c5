import { type FieldType, type StructType, typeNamed } from '../defaults/types.ts'
import orders from '../facts/internal.json' with { type: 'json' }

type Values = Readonly<Record<string, unknown>>

/** In the internal types these fields lie in the pod's security context. */
const OF_SECURITY_CONTEXT = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers']

/**
 * The object as the server's internal Go types print it: names in capitals, every field in the order of the struct, zeros
 * too. Some error messages show values so. The orders (`facts/internal.json`) are those of k8s.io/kubernetes/pkg/apis.
 */
export function internalForm(type: string, object: object): Values {
  const struct = typeNamed(type)
  if (!struct) throw new RangeError(`no type ${type} is known`)
  const values = type === 'PodSpec' ? withSecurityContext(object as Values) : (object as Values)
  return type === 'PodSecurityContext' ? podSecurityContext(values, struct) : fieldsOf(values, struct)
}

function fieldsOf(values: Values, struct: StructType): Values {
  const form: Record<string, unknown> = {}
  const byName = new Map([...struct.fields].map(([name, field]) => [name.toLowerCase(), [name, field] as const]))
  for (const printed of orderOf(struct)) {
    const [name, field] = byName.get(printed.toLowerCase()) ?? []
    if (name !== undefined && field) form[printed] = value(values[name], field)
  }
  return form
}

function podSecurityContext(values: Values, struct: StructType): Values {
  const {
    hostNetwork = false,
    hostPID = false,
    hostIPC = false,
    shareProcessNamespace = null,
    hostUsers = null,
  } = values
  const own = { HostNetwork: hostNetwork, HostPID: hostPID, HostIPC: hostIPC }
  return { ...own, ShareProcessNamespace: shareProcessNamespace, HostUsers: hostUsers, ...fieldsOf(values, struct) }
}

function withSecurityContext(spec: Values): Values {
  const moved = OF_SECURITY_CONTEXT.filter((name) => spec[name] !== undefined).map((name) => [name, spec[name]])
  return { ...spec, securityContext: { ...(spec.securityContext as object), ...Object.fromEntries(moved) } }
}

function value(given: unknown, { base, struct, list, map, pointer }: FieldType): unknown {
  if (given === undefined || given === null) {
    if (list || map || pointer) return null
    return struct ? internalForm(struct.name, {}) : zeroOf(base)
  }
  if (list) return (given as unknown[]).map((item) => (struct ? internalForm(struct.name, item as object) : item))
  if (map) return Object.fromEntries(Object.entries(given).sort(([one], [other]) => (one < other ? -1 : 1)))
  return struct ? internalForm(struct.name, given as object) : given
}

function zeroOf(base: string): unknown {
  if (base === 'string') return ''
  if (base === 'bool') return false
  return base === 'quantity' ? '0' : base.startsWith('int') ? 0 : null
}

function orderOf({ name, fields }: StructType): readonly string[] {
  const known = (orders as Readonly<Record<string, string>>)[name]
  return known?.split(' ') ?? [...fields.keys()].map((field) => field.charAt(0).toUpperCase() + field.slice(1))
}
