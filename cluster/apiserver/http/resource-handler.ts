import type { AnyObject } from '../../apimachinery/objects.ts'
import type { Entry } from '../../etcd/entry.ts'
import { decodeObject } from '../decoding/decode.ts'
import { type Binding, bind } from '../registry/binding.ts'
import type { Call, Registry } from '../registry/call.ts'
import { create } from '../registry/create.ts'
import { remove } from '../registry/delete.ts'
import { removeCollection } from '../registry/delete-collection.ts'
import { type Listed, list } from '../registry/list.ts'
import { patch } from '../registry/patch.ts'
import { get } from '../registry/read.ts'
import { badRequest, methodNotAllowed, plainError, tooLargeResourceVersion } from '../registry/refusals.ts'
import { readScale, writeScale } from '../registry/scale.ts'
import { update } from '../registry/update.ts'
import type { Resource } from '../resource.ts'
import { type Accepted, negotiate } from './accept.ts'
import { mediaTypeOf, readBody } from './body.ts'
import { decodeDeleteOptions } from './delete-options.ts'
import { answerJson, type Exchange } from './exchange.ts'
import { badVersion, listQuery } from './list-query.ts'
import { deletion, writeQuery } from './options.ts'
import { decodePatch } from './patch-body.ts'
import { verbOf } from './request-info.ts'
import { type IncludeObject, partialOf, type TableForm, tableOf } from './table.ts'
import { serveWatch } from './watch-handler.ts'

const ONE = ['Table', 'PartialObjectMetadata']
const MANY = ['Table', 'PartialObjectMetadataList']

/** What every answer about these kinds warns of. */
const DEPRECATED: Readonly<Record<string, string>> = {
  'v1 Endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
}

/** What the handlers need beside the registry. */
export interface Served {
  readonly registry: Registry
  describeColumn(resource: Resource, column: string): string
}

/** Answers a request for a resource, or one of its subresources `status` and `scale`, in whatever form is asked for. */
export async function serveResource(served: Served, exchange: Exchange, resource: Resource): Promise<void> {
  const { method, info, query, request } = exchange
  const verb = verbOf(method, info, query)
  const facts = info.subresource ? resource.subresources.get(info.subresource) : resource
  if (!facts?.verbs.includes(verb)) throw methodNotAllowed()
  const misdirected = verb === 'create' ? info.name !== undefined && !info.subresource : verb === 'update' && !info.name
  const nowhere = verb === 'create' && resource.namespaced && info.namespace === undefined
  if (misdirected || nowhere || (verb === 'patch' && !info.name)) throw methodNotAllowed()
  const deprecation = DEPRECATED[resource.name]
  if (deprecation) exchange.warnings.push(deprecation)
  const accepted = negotiate(request.headers.accept, verb === 'list' || verb === 'deletecollection' ? MANY : ONE, verb)
  switch (verb) {
    case 'watch':
      return serveWatch(served, exchange, resource, accepted)
    case 'list':
      return answerList(
        served,
        exchange,
        resource,
        accepted,
        list(served.registry, callOf(exchange, resource), listQuery(resource, query)),
      )
    case 'get':
      return serveGet(served, exchange, resource, accepted)
    case 'create':
      return serveCreate(served, exchange, resource, accepted)
    case 'update':
      return serveUpdate(served, exchange, resource, accepted)
    case 'patch':
      return servePatch(served, exchange, resource, accepted)
    case 'delete':
      return serveDelete(served, exchange, resource, accepted)
    default:
      return serveDeleteCollection(served, exchange, resource, accepted)
  }
}

function callOf({ info, warnings }: Exchange, resource: Resource, write?: { dryRun: boolean; manager: string }): Call {
  return {
    resource,
    ...(info.namespace !== undefined && { namespace: info.namespace }),
    ...(info.name !== undefined && { name: info.name }),
    ...(info.subresource && { subresource: info.subresource }),
    manager: write?.manager ?? '',
    dryRun: write?.dryRun ?? false,
    warn: (text) => void (warnings.includes(text) || warnings.push(text)),
  }
}

function serveGet({ registry, ...served }: Served, exchange: Exchange, resource: Resource, accepted: Accepted): void {
  const version = exchange.query.get('resourceVersion') ?? ''
  if (version && !/^\d+$/.test(version)) throw plainError(badVersion(version))
  if (Number(version) > registry.store.revision) {
    throw tooLargeResourceVersion(Number(version), registry.store.revision)
  }
  const call = callOf(exchange, resource)
  if (exchange.info.subresource === 'scale') return answerJson(exchange, 200, JSON.stringify(readScale(registry, call)))
  answerObject({ registry, ...served }, exchange, resource, accepted, 200, get(registry, call))
}

async function serveCreate(served: Served, exchange: Exchange, resource: Resource, accepted: Accepted): Promise<void> {
  const { registry } = served
  const { query, request, info } = exchange
  const write = writeQuery('CreateOptions', query, request.headers['user-agent'])
  const call = callOf(exchange, resource, write)
  const body = await readBody(request)
  if (info.subresource) {
    const binding = decodeObject(
      body,
      mediaTypeOf(request, 'application/json'),
      { apiVersion: 'v1', kind: 'Binding' },
      write.fieldValidation,
      call.warn,
    )
    bind(registry, call, binding as unknown as Binding)
    const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }
    return answerJson(exchange, 201, JSON.stringify(success))
  }
  const object = decodeObject(
    body,
    mediaTypeOf(request, 'application/json'),
    resource,
    write.fieldValidation,
    call.warn,
  )
  answerObject(served, exchange, resource, accepted, 201, create(registry, call, object))
}

async function serveUpdate(served: Served, exchange: Exchange, resource: Resource, accepted: Accepted): Promise<void> {
  const { registry } = served
  const { query, request, info } = exchange
  const write = writeQuery('UpdateOptions', query, request.headers['user-agent'])
  const call = callOf(exchange, resource, write)
  const body = await readBody(request)
  const type = mediaTypeOf(request, 'application/json')
  if (info.subresource === 'scale') {
    const scale = decodeObject(
      body,
      type,
      { apiVersion: 'autoscaling/v1', kind: 'Scale' },
      write.fieldValidation,
      call.warn,
    )
    return answerJson(exchange, 200, JSON.stringify(writeScale(registry, call, scale)))
  }
  const object = decodeObject(body, type, resource, write.fieldValidation, call.warn)
  const { entry, created } = update(registry, call, object)
  answerObject(served, exchange, resource, accepted, created ? 201 : 200, entry)
}

async function servePatch(served: Served, exchange: Exchange, resource: Resource, accepted: Accepted): Promise<void> {
  const { registry } = served
  const { query, request, info } = exchange
  const type = mediaTypeOf(request, '')
  const given = await decodePatch(type, request)
  const write = writeQuery('PatchOptions', query, request.headers['user-agent'])
  const call = { ...callOf(exchange, resource, write), fieldValidation: write.fieldValidation }
  if (info.subresource === 'scale') {
    return answerJson(exchange, 200, JSON.stringify(writeScale(registry, call, given)))
  }
  answerObject(served, exchange, resource, accepted, 200, patch(registry, call, given))
}

async function serveDelete(served: Served, exchange: Exchange, resource: Resource, accepted: Accepted): Promise<void> {
  const { request, query } = exchange
  const body = decodeDeleteOptions(await readBody(request), mediaTypeOf(request, 'application/json'))
  const { options, dryRun } = deletion(query, body)
  const answer = remove(served.registry, callOf(exchange, resource, { dryRun, manager: '' }), options)
  if ('revision' in answer) answerObject(served, exchange, resource, accepted, 200, answer)
  else answerJson(exchange, 200, JSON.stringify(answer))
}

async function serveDeleteCollection(
  served: Served,
  exchange: Exchange,
  resource: Resource,
  accepted: Accepted,
): Promise<void> {
  const { request, query } = exchange
  const body = decodeDeleteOptions(await readBody(request), mediaTypeOf(request, 'application/json'))
  const { options, dryRun } = deletion(query, body)
  const call = callOf(exchange, resource, { dryRun, manager: '' })
  answerList(
    served,
    exchange,
    resource,
    accepted,
    removeCollection(served.registry, call, listQuery(resource, query), options),
  )
}

function answerObject(
  served: Served,
  exchange: Exchange,
  resource: Resource,
  accepted: Accepted,
  code: number,
  entry: Entry<AnyObject>,
): void {
  const { as, version = 'v1' } = accepted
  if (!as) return answerJson(exchange, code, entry.json)
  const { value } = entry
  const { resourceVersion } = value.metadata
  const body =
    as === 'Table'
      ? tableOf(resource, [value], { resourceVersion }, tableForm(served, exchange, resource, version))
      : partialOf(value, version)
  answerJson(exchange, code, JSON.stringify(body))
}

function answerList(
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
    return answerJson(exchange, 200, JSON.stringify(table))
  }
  if (as) {
    const items = entries.map(({ value }) => partialOf(value, version))
    const list = items.length > 0 ? items : null
    const partial = { kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${version}`, metadata, items: list }
    return answerJson(exchange, 200, JSON.stringify(partial))
  }
  // Items of a list carry no kind and apiVersion: both come first in what is stored, and are cut off.
  const { kind, apiVersion } = resource
  const head = JSON.stringify({ kind, apiVersion }).length
  const items = entries.map(({ json }) => `{${json.slice(head)}`)
  const start = `{"kind":"${kind}List","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[`
  answerJson(exchange, 200, `${start}${items.join(',')}]}`)
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
