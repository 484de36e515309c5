import { failure } from '../../apimachinery/errors.ts'
import type { AnyObject } from '../../apimachinery/objects.ts'
import type { Entry } from '../../etcd/entry.ts'
import { packageOf } from '../decoding/wrong-body.ts'
import type { Registry } from '../registry/call.ts'
import type { Listed } from '../registry/list.ts'
import { badRequest } from '../registry/refusals.ts'
import type { Scale } from '../registry/scale.ts'
import type { Resource } from '../resource.ts'
import type { Accepted } from './accept.ts'
import { answerObject, type Exchange } from './exchange.ts'
import { scaleColumns } from './scale-table.ts'
import { type IncludeObject, partialOf, type TableForm, tableOf } from './table.ts'

/** What the handlers need beside the registry. */
export interface Served {
  readonly registry: Registry
  describeColumn(resource: Resource, column: string): string
}

/** A list has no metadata of one object, and one object none of a list. */
export function checkForm(resource: Resource, { as }: Accepted, verb: string): void {
  const isList = verb === 'list' || verb === 'deletecollection'
  const wrong = isList ? as === 'PartialObjectMetadata' : as === 'PartialObjectMetadataList'
  if (!wrong) return
  const what = isList
    ? `a list (*${packageOf(resource)}.${resource.kind}List)`
    : `not a list (*${packageOf(resource)}.${resource.kind})`
  throw failure(406, 'NotAcceptable', `you requested ${as}, but the requested object is ${what}`)
}

/** One object in the form that is asked for. */
export function answerEntry(
  served: Served,
  exchange: Exchange,
  resource: Resource,
  accepted: Accepted,
  code: number,
  entry: Entry<AnyObject>,
): void {
  if (accepted.as) answerForm(served, exchange, resource, accepted, code, entry.value)
  else answerObject(exchange, code, entry.json)
}

export function answerScale(
  served: Served,
  exchange: Exchange,
  resource: Resource,
  accepted: Accepted,
  scale: Scale,
): void {
  const object = scale as unknown as AnyObject
  if (accepted.as) answerForm(served, exchange, scaleColumns(resource), accepted, 200, object)
  else answerObject(exchange, 200, JSON.stringify(scale))
}

/** One object as a table, or its metadata alone. */
function answerForm(
  served: Served,
  exchange: Exchange,
  resource: Resource,
  { as, version = 'v1' }: Accepted,
  code: number,
  object: AnyObject,
): void {
  const { resourceVersion } = object.metadata
  const body =
    as === 'Table'
      ? tableOf(resource, [object], { resourceVersion }, tableForm(served, exchange, resource, version))
      : partialOf(object, version)
  answerObject(exchange, code, JSON.stringify(body))
}

/** Many, in the form that is asked for. */
export function answerList(
  served: Served,
  exchange: Exchange,
  resource: Resource,
  { as, version = 'v1' }: Accepted,
  listed: Listed,
): void {
  const { entries, resourceVersion } = listed
  const metadata = {
    resourceVersion,
    ...(listed.continue && { continue: listed.continue }),
    ...(listed.remaining && { remainingItemCount: listed.remaining }),
  }
  if (as === 'Table') {
    const objects = entries.map(({ value }) => value)
    const table = tableOf(resource, objects, metadata, tableForm(served, exchange, resource, version))
    answerObject(exchange, 200, JSON.stringify(table))
    return
  }
  if (as) {
    const items = entries.map(({ value }) => partialOf(value, version))
    const list = items.length > 0 ? items : null
    const partial = { kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${version}`, metadata, items: list }
    answerObject(exchange, 200, JSON.stringify(partial))
    return
  }
  // Items of a list carry no kind and apiVersion: both come first in what is stored, and are cut off.
  const { kind, apiVersion } = resource
  const head = JSON.stringify({ kind, apiVersion }).length
  const items = entries.map(({ json }) => `{${json.slice(head)}`)
  const start = `{"kind":"${kind}List","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[`
  answerObject(exchange, 200, `${start}${items.join(',')}]}`)
}

export function tableForm(
  { registry, describeColumn }: Served,
  { query }: Exchange,
  resource: Resource,
  version: string,
): TableForm {
  const include = (query.get('includeObject') || 'Metadata') as IncludeObject
  if (!['None', 'Metadata', 'Object'].includes(include)) {
    const wrong = `Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`
    throw badRequest(`Unable to convert to Table as requested: includeObject: ${wrong}`)
  }
  return { version, include, descriptions: (column) => describeColumn(resource, column), now: registry.clock.now() }
}
