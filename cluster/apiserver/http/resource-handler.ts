import { decodeObject } from '../decoding/decode.ts'
import { type Binding, bind } from '../registry/binding.ts'
import type { Call } from '../registry/call.ts'
import { create } from '../registry/create.ts'
import { remove } from '../registry/delete.ts'
import { removeCollection } from '../registry/delete-collection.ts'
import { list } from '../registry/list.ts'
import { patch } from '../registry/patch.ts'
import { get } from '../registry/read.ts'
import { methodNotAllowed, plainError, tooLargeResourceVersion } from '../registry/refusals.ts'
import { readScale, writeScale } from '../registry/scale.ts'
import { update } from '../registry/update.ts'
import type { Resource } from '../resource.ts'
import { type Accepted, negotiate } from './accept.ts'
import { mediaTypeOf, readBody } from './body.ts'
import { decodeDeleteOptions } from './delete-options.ts'
import { answerObject, type Exchange } from './exchange.ts'
import { badVersion, listQuery } from './list-query.ts'
import { deletion, writeQuery } from './options.ts'
import { decodePatch } from './patch-body.ts'
import { verbOf } from './request-info.ts'
import { answerEntry, answerList, answerScale, checkForm, type Served } from './resource-answers.ts'
import { serveWatch } from './watch-handler.ts'

const FORMS = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']

/** What every answer about these kinds warns of. */
const DEPRECATED: Readonly<Record<string, string>> = {
  'v1 Endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
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
  const accepted = negotiate(request.headers.accept, FORMS, verb)
  checkForm(resource, accepted, verb)
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
  if (exchange.info.subresource === 'scale') {
    answerScale({ registry, ...served }, exchange, resource, accepted, readScale(registry, call))
  } else answerEntry({ registry, ...served }, exchange, resource, accepted, 200, get(registry, call))
}

async function serveCreate(served: Served, exchange: Exchange, resource: Resource, accepted: Accepted): Promise<void> {
  const { registry } = served
  const { query, request, info } = exchange
  const write = writeQuery('CreateOptions', query, request.headers['user-agent'])
  const call = callOf(exchange, resource, write)
  const body = await readBody(request)
  if (info.subresource) {
    const binding = await decodeObject(
      body,
      mediaTypeOf(request, 'application/json'),
      { apiVersion: 'v1', kind: 'Binding' },
      write.fieldValidation,
      call.warn,
    )
    bind(registry, call, binding as unknown as Binding)
    const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }
    answerObject(exchange, 201, JSON.stringify(success))
    return
  }
  const object = await decodeObject(
    body,
    mediaTypeOf(request, 'application/json'),
    resource,
    write.fieldValidation,
    call.warn,
  )
  answerEntry(served, exchange, resource, accepted, 201, create(registry, call, object))
}

async function serveUpdate(served: Served, exchange: Exchange, resource: Resource, accepted: Accepted): Promise<void> {
  const { registry } = served
  const { query, request, info } = exchange
  const write = writeQuery('UpdateOptions', query, request.headers['user-agent'])
  const call = callOf(exchange, resource, write)
  const body = await readBody(request)
  const type = mediaTypeOf(request, 'application/json')
  if (info.subresource === 'scale') {
    const scale = await decodeObject(
      body,
      type,
      { apiVersion: 'autoscaling/v1', kind: 'Scale' },
      write.fieldValidation,
      call.warn,
    )
    answerScale(served, exchange, resource, accepted, writeScale(registry, call, scale))
    return
  }
  const object = await decodeObject(body, type, resource, write.fieldValidation, call.warn)
  const { entry, created } = update(registry, call, object)
  answerEntry(served, exchange, resource, accepted, created ? 201 : 200, entry)
}

async function servePatch(served: Served, exchange: Exchange, resource: Resource, accepted: Accepted): Promise<void> {
  const { registry } = served
  const { query, request, info } = exchange
  const type = mediaTypeOf(request, '')
  const given = await decodePatch(type, request)
  const write = writeQuery('PatchOptions', query, request.headers['user-agent'])
  const call = { ...callOf(exchange, resource, write), fieldValidation: write.fieldValidation }
  if (info.subresource === 'scale') {
    answerScale(served, exchange, resource, accepted, writeScale(registry, call, given))
    return
  }
  answerEntry(served, exchange, resource, accepted, 200, patch(registry, call, given))
}

async function serveDelete(served: Served, exchange: Exchange, resource: Resource, accepted: Accepted): Promise<void> {
  const { request, query } = exchange
  const body = await decodeDeleteOptions(await readBody(request), mediaTypeOf(request, 'application/json'))
  const { options, dryRun } = deletion(query, body)
  const answer = remove(served.registry, callOf(exchange, resource, { dryRun, manager: '' }), options)
  if ('revision' in answer) answerEntry(served, exchange, resource, accepted, 200, answer)
  else answerObject(exchange, 200, JSON.stringify(answer))
}

async function serveDeleteCollection(
  served: Served,
  exchange: Exchange,
  resource: Resource,
  accepted: Accepted,
): Promise<void> {
  const { request, query } = exchange
  const body = await decodeDeleteOptions(await readBody(request), mediaTypeOf(request, 'application/json'))
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
