import { finding } from '../messages/catalogue.ts'
import type { Cluster } from './cluster.ts'
import { ClusterFault } from './cluster-fault.ts'
import { Refusal } from './objects.ts'

/**
 * Throws ClusterFault unless the API answers and a node is ready. Asked before anything is judged: a check for something absent
 * must not pass because nobody answered.
 */
export async function establishHealth({ objects }: Cluster): Promise<void> {
  const nodes = await objects.list('v1 Node').catch((error: unknown) => {
    // who may not list nodes can still do the lessons
    if (error instanceof Refusal && error.status === 403) return undefined
    throw error
  })
  if (!nodes) return
  const ready = nodes.filter((node) => readiness(node)?.status === 'True')
  if (ready.length > 0) return
  const detail =
    nodes.length === 0
      ? 'it has no nodes'
      : nodes.map((node) => `${node.metadata.name}: ${readiness(node)?.message ?? 'no word of its kubelet'}`).join('; ')
  throw new ClusterFault(finding('no-ready-node', { detail }))
}

function readiness(node: {
  readonly status: { readonly conditions?: readonly { type: string; status: string; message?: string }[] }
}) {
  return node.status.conditions?.find(({ type }) => type === 'Ready')
}
