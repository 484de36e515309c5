import type { AnyObject } from '../../apimachinery/objects.ts'
import type { Entry } from '../../etcd/entry.ts'
import { Compacted } from '../../etcd/store.ts'
import type { Call, Registry } from './call.ts'
import { badRequest, expired, tooLargeResourceVersion } from './refusals.ts'
import { type Selection, selects } from './selection.ts'

export interface ListQuery {
  readonly selection: Selection
  /** At most this many objects; the answer says where to continue. */
  readonly limit?: number
  readonly continue?: string
  readonly resourceVersion?: string
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan'
}

export interface Listed {
  readonly entries: readonly Entry<AnyObject>[]
  readonly resourceVersion: string
  readonly continue?: string
  readonly remaining?: number
}

/** Where a continued list goes on: at this revision, after this key. */
interface Token {
  readonly v: 'meta.k8s.io/v1'
  readonly rv: number
  readonly start: string
}

export function list(registry: Registry, call: Call, query: ListQuery): Listed {
  const { store } = registry
  const prefix = prefixOf(call)
  const token = query.continue ? parseToken(query.continue) : undefined
  const at = token ? token.rv : revisionOf(query, store.revision)
  const { entries, revision } = rangeAt(registry, prefix, at)
  const from = token ? entries.findIndex(({ key }) => key > prefix + token.start) : 0
  const rest = from < 0 ? [] : from === 0 ? entries : entries.slice(from)

  const { selection, limit = 0 } = query
  if (limit <= 0) {
    const found = selection.everything ? rest : rest.filter(({ value }) => selects(selection, call.resource, value))
    return { entries: found, resourceVersion: String(revision) }
  }
  const found: Entry<AnyObject>[] = []
  for (const [index, entry] of rest.entries()) {
    if (!selects(selection, call.resource, entry.value)) continue
    found.push(entry)
    if (found.length < limit || index === rest.length - 1) continue
    const next: Token = { v: 'meta.k8s.io/v1', rv: revision, start: entry.key.slice(prefix.length) }
    return {
      entries: found,
      resourceVersion: String(revision),
      continue: Buffer.from(JSON.stringify(next)).toString('base64url'),
      ...(selection.everything && { remaining: rest.length - index - 1 }),
    }
  }
  return { entries: found, resourceVersion: String(revision) }
}

/** `/registry/pods/` or `/registry/pods/default/` */
export function prefixOf({ resource, namespace }: Call): string {
  return resource.namespaced && namespace !== undefined ? `${resource.prefix}${namespace}/` : resource.prefix
}

/** The revision to list at, or undefined for the present. Throws what kube-apiserver answers to a version of the future. */
function revisionOf({ resourceVersion, resourceVersionMatch }: ListQuery, current: number): number | undefined {
  if (!resourceVersion || resourceVersion === '0') return undefined
  const asked = Number(resourceVersion)
  if (asked > current) throw tooLargeResourceVersion(asked, current)
  return resourceVersionMatch === 'Exact' ? asked : undefined
}

function rangeAt({ store }: Registry, prefix: string, revision: number | undefined) {
  try {
    return store.range(prefix, revision)
  } catch (error) {
    if (error instanceof Compacted) {
      throw expired(
        'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
      )
    }
    throw error
  }
}

function parseToken(text: string): Token {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString()) as Token
    if (token.v === 'meta.k8s.io/v1' && Number.isInteger(token.rv) && typeof token.start === 'string') return token
  } catch {
    // Not JSON: refused below, as anything else that is no token.
  }
  throw badRequest('continue key is not valid: encoded continue token is not valid')
}
