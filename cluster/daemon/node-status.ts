import { isFinished } from '../apimachinery/pods.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { NodeStatus } from './status.ts'

/** How the nodes are, as the API says. */
export async function nodeStatus(api: ApiClient): Promise<readonly NodeStatus[]> {
  const [nodes, pods] = await Promise.all([api.list('v1 Node'), api.list('v1 Pod')])
  return nodes.items.map(({ metadata, status }) => ({
    name: metadata.name,
    ready: status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
    pods: pods.items.filter((pod) => pod.spec.nodeName === metadata.name && !isFinished(pod)).length,
    capacity: Number(status.allocatable?.pods ?? 0),
  }))
}
