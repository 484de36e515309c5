import type { ListQuery } from '../registry/list.ts'
import { badRequest, plainError } from '../registry/refusals.ts'
import { selectionOf } from '../registry/selectors.ts'
import type { Resource } from '../resource.ts'
import type { FieldError } from '../validation/field-error.ts'
import { integer, invalidOptions } from './options.ts'
import { isTrue } from './request-info.ts'

/** Query parameters of a list. Throws BadRequest, Invalid. */
export function listQuery(resource: Resource, query: URLSearchParams): ListQuery {
  for (const parameter of ['timeoutSeconds', 'limit']) {
    const text = query.get(parameter)
    // A limit that is no number is taken as none, as apimachinery's conversion does.
    if (text && parameter === 'timeoutSeconds') integer(text)
  }
  const errors: FieldError[] = []
  const version = query.get('resourceVersion') ?? ''
  const match = query.get('resourceVersionMatch') ?? ''
  const token = query.get('continue') ?? ''
  if (match) errors.push(...matchErrors(match, version, token))
  if (query.has('sendInitialEvents')) {
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'))
  }
  if (errors.length > 0) throw invalidOptions('ListOptions', errors)
  const selection = selectionOf(resource, query.get('labelSelector') ?? '', query.get('fieldSelector') ?? '')
  if (version && !/^\d+$/.test(version)) {
    throw badRequest(`invalid resource version: ${badVersion(version)}`)
  }
  if (token && version && version !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue')
  }
  const limit = Number(query.get('limit') ?? '')
  const limited = Number.isInteger(limit) && limit > 0
  // A limited list at a version, with nothing said of how to match it, is exact: as it was before there was a choice.
  const exact = match === 'Exact' || (!match && limited && version !== '' && version !== '0')
  return {
    selection,
    ...(limited && { limit }),
    ...(token && { continue: token }),
    ...(version && { resourceVersion: version }),
    ...(exact && { resourceVersionMatch: 'Exact' as const }),
  }
}

function matchErrors(match: string, version: string, token: string): FieldError[] {
  const errors: FieldError[] = []
  const field = 'resourceVersionMatch'
  if (!version) errors.push(forbidden(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided'))
  if (token) errors.push(forbidden(field, 'resourceVersionMatch is forbidden when continue is provided'))
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    const message = `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`
    errors.push({ type: 'FieldValueNotSupported', field, message })
  }
  if (match === 'Exact' && version === '0') {
    errors.push(forbidden(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
  }
  return errors
}

export interface WatchParameters {
  /** Undefined: the present state first, as ADDED. */
  readonly from: number | undefined
  /** The end of the present state is told by a bookmark. */
  readonly markInitialEnd: boolean
  readonly bookmarks: boolean
  /** Milliseconds until the server ends the watch. */
  readonly timeout: number | undefined
}

/** Query parameters of a watch. Throws Invalid, and as kube-apiserver a bare 500 for a version that is no number. */
export function watchParameters(query: URLSearchParams): WatchParameters {
  const version = query.get('resourceVersion') ?? ''
  const match = query.get('resourceVersionMatch') ?? ''
  const initial = query.get('sendInitialEvents')
  const errors: FieldError[] = []
  const field = 'resourceVersionMatch'
  if (initial !== null) {
    if (match !== 'NotOlderThan') {
      errors.push(forbidden(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'))
    }
    if (match && match !== 'NotOlderThan') {
      const message = `Unsupported value: ${JSON.stringify(match)}: supported values: "NotOlderThan"`
      errors.push({ type: 'FieldValueNotSupported', field, message })
    }
  } else if (match) {
    errors.push(forbidden(field, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'))
  }
  if (query.get('continue')) {
    errors.push(forbidden(field, 'resourceVersionMatch is forbidden when continue is provided'))
  }
  if (errors.length > 0) throw invalidOptions('ListOptions', errors)
  if (version && !/^\d+$/.test(version)) throw plainError(badVersion(version))
  const sendsInitial = initial === null ? version === '' || version === '0' : isTrue(initial)
  const timeout = Number(query.get('timeoutSeconds') ?? '')
  return {
    from: sendsInitial || !version ? undefined : Number(version),
    markInitialEnd: initial !== null && isTrue(initial),
    bookmarks: isTrue(query.get('allowWatchBookmarks')),
    timeout: timeout > 0 ? timeout * 1000 : undefined,
  }
}

export function badVersion(text: string): string {
  const value = JSON.stringify(text)
  return `resourceVersion: Invalid value: ${value}: strconv.ParseUint: parsing ${value}: invalid syntax`
}

function forbidden(field: string, why: string): FieldError {
  return { type: 'FieldValueForbidden', field, message: `Forbidden: ${why}` }
}
