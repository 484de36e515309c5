import { createHash, timingSafeEqual } from 'node:crypto'
import { type ApiError, failure } from '../../apimachinery/errors.ts'
import { type RequestInfo, verbOf } from './request-info.ts'

/** What everybody may read: system:public-info-viewer. */
const PUBLIC = /^\/(version\/?|healthz|livez|readyz)$/

export interface User {
  readonly username: string
  readonly groups: readonly string[]
}

/** Whom the token stands for: named as the first user of most clusters. */
export const ADMINISTRATOR: User = {
  username: 'kubernetes-admin',
  groups: ['system:masters', 'system:authenticated'],
}

/** Who may do what, until RBAC is there: the administrator's token everything, no token only what is public. */
export class Authentication {
  readonly #digest: Buffer

  constructor(token: string) {
    this.#digest = digest(token)
  }

  /** Throws Unauthorized for a wrong token, Forbidden where a token is needed and there is none. */
  check(authorization: string | undefined, method: string, info: RequestInfo, query: URLSearchParams): void {
    const token = /^Bearer +(\S.*)$/i.exec(authorization ?? '')?.[1]
    if (token !== undefined) {
      if (timingSafeEqual(digest(token.trim()), this.#digest)) return
      throw failure(401, 'Unauthorized', 'Unauthorized')
    }
    if (method === 'GET' && PUBLIC.test(info.path)) return
    throw info.isResource ? resourceForbidden(method, info, query) : pathForbidden(method, info.path)
  }
}

function resourceForbidden(method: string, info: RequestInfo, query: URLSearchParams): ApiError {
  const { group, plural, name, namespace, subresource } = info
  const qualified = group ? `${plural}.${group}` : plural
  const what = name ? `${qualified} "${name}"` : qualified
  const resource = subresource ? `${plural}/${subresource}` : plural
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const verb = verbOf(method, info, query)
  const may = `User "system:anonymous" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`
  return failure(403, 'Forbidden', `${what} is forbidden: ${may}`, {
    ...(name && { name }),
    ...(group && { group }),
    kind: plural,
  })
}

function pathForbidden(method: string, path: string): ApiError {
  const verb = method.toLowerCase()
  return failure(403, 'Forbidden', `forbidden: User "system:anonymous" cannot ${verb} path "${path}"`, {})
}

/** Of equal length whatever is sent, so that comparing takes equally long. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
