import type { Pod } from '../../../apimachinery/objects.ts'
import { get } from '../../registry/read.ts'
import { badRequest, methodNotAllowed } from '../../registry/refusals.ts'
import type { Resource } from '../../resource.ts'
import type { Exchange } from '../exchange.ts'
import type { Served } from '../resource-answers.ts'

/** The pod that a stream is asked to. Throws as PodREST's Connect: no such pod, or one that no node has yet. */
export function placedPod({ registry }: Served, { info, method }: Exchange, resource: Resource): Pod {
  if (method !== 'GET' && method !== 'POST') throw methodNotAllowed()
  const { namespace = '', name = '' } = info
  const pod = get(registry, { resource, namespace, name, manager: '', dryRun: false, warn() {} })
    .value as unknown as Pod
  if (!pod.spec.nodeName) throw badRequest(`pod ${name} does not have a host assigned`)
  return pod
}
