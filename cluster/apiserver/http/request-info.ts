/** What a path asks for, before anybody knows whether there is such a thing. Follows apiserver's RequestInfoFactory. */
export interface RequestInfo {
  readonly path: string
  /** Whether the path is under `/api/v1` or `/apis/GROUP/VERSION` and names a resource. */
  readonly isResource: boolean
  /** `v1`, `apps/v1` */
  readonly apiVersion: string
  readonly group: string
  readonly namespace?: string
  readonly plural: string
  readonly name?: string
  readonly subresource?: string
  /** What follows the subresource: the path that a proxy passes on, with its first slash. */
  readonly rest: string
  /** The old `/watch/` paths. */
  readonly watch: boolean
}

/** Subresources of a namespace itself; anything else after a namespace's name is a resource in it. */
const NAMESPACE_SUBRESOURCES: ReadonlySet<string> = new Set(['status', 'finalize'])

export function parsePath(path: string): RequestInfo {
  const parts = path.split('/').slice(1)
  const depth = parts[0] === 'api' ? 2 : parts[0] === 'apis' ? 3 : 0
  const bare = { path, isResource: false, apiVersion: '', group: '', plural: '', rest: '', watch: false }
  if (depth === 0 || parts.length <= depth || parts[depth] === '') return bare
  const group = depth === 3 ? (parts[1] ?? '') : ''
  const apiVersion = depth === 3 ? `${group}/${parts[2]}` : (parts[1] ?? '')
  let at = depth
  const watch = parts[at] === 'watch'
  if (watch) at += 1
  let namespace: string | undefined
  if (parts[at] === 'namespaces' && parts.length > at + 2 && !NAMESPACE_SUBRESOURCES.has(parts[at + 2] ?? '')) {
    namespace = decode(parts[at + 1])
    at += 2
  }
  const [plural = '', name, subresource, ...rest] = parts.slice(at)
  return {
    path,
    isResource: plural !== '',
    apiVersion,
    group,
    plural,
    ...(namespace !== undefined && { namespace }),
    ...(name && { name: decode(name) }),
    ...(subresource && { subresource }),
    rest: rest.length > 0 ? `/${rest.join('/')}` : '',
    watch,
  }
}

function decode(part = ''): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The verb that authorisation and messages speak of. */
export function verbOf(method: string, { name, watch }: RequestInfo, query: URLSearchParams): string {
  switch (method) {
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return name ? 'delete' : 'deletecollection'
    default:
      if (watch || isTrue(query.get('watch'))) return 'watch'
      return name ? 'get' : 'list'
  }
}

/** As Go's conversion of query parameters: anything but `false` and `0` is true, also nothing. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== 'false' && value !== '0'
}
