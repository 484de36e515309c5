import type { Pod } from '../../../apimachinery/objects.ts'
import { hostOf } from '../../registry/host.ts'
import { get } from '../../registry/read.ts'
import { badRequest, methodNotAllowed, notFound } from '../../registry/refusals.ts'
import type { Resource } from '../../resource.ts'
import type { Exchange } from '../exchange.ts'
import type { Served } from '../resource-answers.ts'

/**
 * The pod that a stream is asked to. `check` may refuse it before it is looked where the pod is. Throws as PodREST's Connect: no such
 * pod, or one that no node has.
 */
export function placedPod(
  { registry }: Served,
  { info, method }: Exchange,
  resource: Resource,
  check: (pod: Pod) => void = () => {},
): Pod {
  if (method !== 'GET' && method !== 'POST') throw methodNotAllowed()
  const { namespace = '', name = '' } = info
  const pod = get(registry, { resource, namespace, name, manager: '', dryRun: false, warn() {} })
    .value as unknown as Pod
  check(pod)
  const { nodeName } = pod.spec
  if (!nodeName) throw badRequest(`pod ${name} does not have a host assigned`)
  if (!hostOf(registry, false).get('v1 Node', undefined, nodeName)) throw notFound(resource, nodeName)
  return pod
}
