import { pipeline } from 'node:stream/promises'
import type { Pod } from '../../apimachinery/objects.ts'
import type { LogOptions, NodeConnector } from '../node-connector.ts'
import { hostOf } from '../registry/host.ts'
import { get } from '../registry/read.ts'
import { methodNotAllowed, notFound } from '../registry/refusals.ts'
import type { Resource } from '../resource.ts'
import type { FieldError } from '../validation/field-error.ts'
import { invalidObject } from '../validation/invalid.ts'
import type { Exchange } from './exchange.ts'
import { integer } from './options.ts'
import { containerOf } from './pod-container.ts'
import { isTrue } from './request-info.ts'
import type { Served } from './resource-answers.ts'

/** GET pods/log: the container's log as text, followed if asked. Follows registry/core/pod LogREST. */
export async function serveLog(
  { registry }: Served,
  exchange: Exchange,
  resource: Resource,
  connector: NodeConnector,
): Promise<void> {
  const { info, query, response, method } = exchange
  if (method !== 'GET') throw methodNotAllowed()
  const call = {
    resource,
    namespace: info.namespace ?? '',
    name: info.name ?? '',
    manager: '',
    dryRun: false,
    warn() {},
  }
  const options = logOptions(call.name, query, registry.clock.now())
  const pod = get(registry, call).value as unknown as Pod
  const container = containerOf(pod, query.get('container'))
  response.setHeader('content-type', 'text/plain')
  if (!pod.spec.nodeName) {
    // Not scheduled yet: there is nothing to read, which is no error.
    response.writeHead(204).end()
    return
  }
  const { nodeName } = pod.spec
  if (!hostOf(registry, false).get('v1 Node', undefined, nodeName)) throw notFound(resource, nodeName)
  const log = await connector.logs(pod, container, options)
  response.on('close', () => log.destroy())
  response.writeHead(200)
  response.flushHeaders()
  await pipeline(log, response).catch(() => response.destroy())
}

/** Throws Invalid as PodLogOptions are validated. */
function logOptions(pod: string, query: URLSearchParams, now: number): LogOptions {
  const errors: FieldError[] = []
  const number = (name: string) => {
    const text = query.get(name)
    return text === null || text === '' ? undefined : integer(text)
  }
  const tailLines = number('tailLines')
  const limitBytes = number('limitBytes')
  const sinceSeconds = number('sinceSeconds')
  const sinceTime = query.get('sinceTime')
  const invalid = (field: string, value: number, why: string) => {
    errors.push({ type: 'FieldValueInvalid', field, message: `Invalid value: ${value}: ${why}` })
  }
  if (tailLines !== undefined && tailLines < 0) invalid('tailLines', tailLines, 'must be greater than or equal to 0')
  if (limitBytes !== undefined && limitBytes < 1) invalid('limitBytes', limitBytes, 'must be greater than 0')
  if (sinceSeconds !== undefined && sinceTime) {
    const message = 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified'
    errors.push({ type: 'FieldValueForbidden', field: '', message })
  } else if (sinceSeconds !== undefined && sinceSeconds < 1) {
    invalid('sinceSeconds', sinceSeconds, 'must be greater than 0')
  }
  if (errors.length > 0) throw invalidObject('', 'PodLogOptions', pod, errors)
  const since = sinceTime ? Date.parse(sinceTime) : sinceSeconds === undefined ? undefined : now - sinceSeconds * 1000
  return {
    follow: isTrue(query.get('follow')),
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...(since !== undefined && { since }),
  }
}
