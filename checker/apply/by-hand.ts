import { isDeepStrictEqual } from 'node:util'
import type { ManagedFields } from '../../cluster/apimachinery/objects.ts'
import { strategicMerge } from '../../cluster/apiserver/registry/strategic-merge.ts'
import { type ObjectType, typeOf, type ValueType } from '../../cluster/apiserver/schema/schema.ts'
import type { AnyObject } from '../cluster/objects.ts'
import { isMap, type JsonMap } from '../files/located.ts'

/** `{"f:spec": {"f:replicas": {}}}`, as Kubernetes notes who set what; `.` is the field itself where it has children. */
type Fields = { readonly [element: string]: Fields }

/** What a file is judged by. Labels and annotations belong to everybody. */
const JUDGED = ['f:spec', 'f:data', 'f:binaryData', 'f:immutable']
/** A number that no file says is the business of whoever scales; a check that asks for one reads the file. */
const NOT_JUDGED = [
  ['f:spec', 'f:replicas'],
  ['f:spec', 'f:selector'],
  // kubectl rollout restart
  ['f:spec', 'f:template', 'f:metadata', 'f:annotations'],
]

/** kubectl edit, patch, set, create, expose, rollout … Each notes what it wrote under a name of its own. */
function isHand({ manager, subresource }: ManagedFields): boolean {
  return /^kubectl\b/.test(manager ?? '') && manager !== 'kubectl-client-side-apply' && subresource === undefined
}

/** The part of a living object that hands wrote, with commands that leave no trace in any file. Empty when nobody did. */
export function writtenByHand(live: AnyObject): JsonMap {
  const { managedFields = [] } = live.metadata as { readonly managedFields?: readonly ManagedFields[] }
  const all = managedFields.filter(isHand).reduce<Fields>((sum, { fieldsV1 }) => union(sum, fieldsV1 as Fields), {})
  const judged = Object.fromEntries(Object.entries(all).filter(([element]) => JUDGED.includes(element)))
  const fields = NOT_JUDGED.reduce<Fields>((left, path) => without(left, path), judged)
  return Object.keys(fields).length === 0 ? {} : (project(live, fields) as JsonMap)
}

/** What the last apply said, as if it had said too what hands wrote: then what the file does not say goes. */
export function withHands(
  last: JsonMap,
  hands: JsonMap,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
): JsonMap {
  if (Object.keys(hands).length === 0) return last
  return strategicMerge(last, hands, typeOf(`${apiVersion} ${kind}`)) as JsonMap
}

/** Paths of what hands wrote, no file says, and is no more: `spec.template.spec.containers[server].readinessProbe`. */
export function takenBack(hands: JsonMap, file: JsonMap, before: AnyObject, after: AnyObject): readonly string[] {
  const type = typeOf(`${before.apiVersion} ${before.kind}`)
  return type ? gone({ hands, file, before, after }, { is: 'object', type }, '') : []
}

interface Sides {
  readonly hands: unknown
  readonly file: unknown
  readonly before: unknown
  readonly after: unknown
}

function gone(sides: Sides, type: ValueType | undefined, path: string, mergeKey?: string): string[] {
  const { hands, file, before, after } = sides
  if (file === undefined || file === null) return isDeepStrictEqual(before, after) ? [] : [path]
  if (isMap(hands) && isMap(file)) {
    return Object.keys(hands).flatMap((key) => {
      const field = fieldOf(type, key)
      const inner = { hands: at(hands, key), file: at(file, key), before: at(before, key), after: at(after, key) }
      return gone(inner, field.type, path === '' ? key : `${path}.${key}`, field.mergeKey)
    })
  }
  if (!Array.isArray(hands) || !Array.isArray(file) || mergeKey === undefined) return []
  const items = type?.is === 'list' ? type.items : undefined
  return hands.flatMap((item) => {
    const name = at(item, mergeKey)
    const find = (list: unknown) => (Array.isArray(list) ? list.find((each) => at(each, mergeKey) === name) : undefined)
    return gone({ hands: item, file: find(file), before: find(before), after: find(after) }, items, `${path}[${name}]`)
  })
}

function fieldOf(type: ValueType | undefined, key: string): { type: ValueType | undefined; mergeKey?: string } {
  const field = type?.is === 'object' ? (type.type as ObjectType).fields.get(key) : undefined
  if (!field) return { type: type?.is === 'map' ? type.values : undefined }
  return { type: field.type, ...(field.patchMergeKey !== undefined && { mergeKey: field.patchMergeKey }) }
}

function at(value: unknown, key: string): unknown {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/** The values of these fields; items of a list with what tells them apart. */
function project(value: unknown, fields: Fields): unknown {
  const elements = Object.keys(fields).filter((element) => element !== '.')
  if (elements.length === 0) return '.' in fields ? emptyLike(value) : value
  if (isMap(value)) {
    return Object.fromEntries(
      elements.flatMap((element) => {
        const key = element.slice(2)
        const inner = at(value, key)
        return inner === undefined ? [] : [[key, project(inner, fields[element] as Fields)]]
      }),
    )
  }
  if (!Array.isArray(value)) return value
  return elements.flatMap((element) => {
    const wanted: unknown = JSON.parse(element.slice(2))
    if (!isMap(wanted)) return value.includes(wanted) ? [wanted] : []
    const item = value.find((each) => Object.entries(wanted).every(([key, part]) => at(each, key) === part))
    return item === undefined ? [] : [{ ...(project(item, fields[element] as Fields) as JsonMap), ...wanted }]
  })
}

function emptyLike(value: unknown): unknown {
  return Array.isArray(value) ? [] : isMap(value) ? {} : value
}

function union(a: Fields, b: Fields): Fields {
  const joined: Record<string, Fields> = { ...a }
  for (const [element, fields] of Object.entries(b)) {
    const own = joined[element]
    // a leaf is the whole value
    if (!own) joined[element] = fields
    else if (Object.keys(own).length > 0) joined[element] = Object.keys(fields).length > 0 ? union(own, fields) : fields
  }
  return joined
}

function without(fields: Fields, [element = '', ...rest]: readonly string[]): Fields {
  const { [element]: inner, ...others } = fields
  if (!inner || rest.length === 0) return others
  const left = without(inner, rest)
  return Object.keys(left).some((key) => key !== '.') ? { ...others, [element]: left } : others
}
