import type { Waiting } from '../live/waiting.ts'
import { finding } from '../messages/catalogue.ts'
import type { Cluster } from './cluster.ts'
import { ClusterFault } from './cluster-fault.ts'
import { type Objects, Refusal } from './objects.ts'

/** Milliseconds. */
const NODES_MS = 15_000

/**
 * Throws ClusterFault unless the API answers, all its parts run and a node is ready. Asked before anything is judged: a check for something absent
 * must not pass because nobody answered.
 */
export async function establishHealth({ objects, abilities }: Cluster, waiting: Waiting): Promise<void> {
  let detail = await unhealthiness(objects)
  // a cluster that went away just now is noticed by whatever asks its API next
  const stopped = (await abilities.stoppedParts?.().catch(() => [])) ?? []
  if (stopped.length > 0) {
    const more = stopped.map((part) => `Start it again:  npm run cluster start ${part}`)
    throw new ClusterFault(finding('part-stopped', { parts: stopped.join(', ') }, { more }))
  }
  // a cluster that has only just started: its kubelets report in a moment
  const healthy = await waiting.until(
    'a node of the cluster is ready',
    async () => {
      detail = await unhealthiness(objects)
      return detail === '' ? true : undefined
    },
    NODES_MS,
  )
  if (!healthy) throw new ClusterFault(finding('no-ready-node', { detail }))
}

/** Why no node is ready; `''` when one is. */
async function unhealthiness(objects: Objects): Promise<string> {
  const nodes = await objects.list('v1 Node').catch((error: unknown) => {
    // who may not list nodes can still do the lessons
    if (error instanceof Refusal && error.status === 403) return undefined
    throw error
  })
  if (!nodes || nodes.some((node) => readiness(node)?.status === 'True')) return ''
  if (nodes.length === 0) return 'it has no nodes'
  return nodes
    .map((node) => `${node.metadata.name}: ${readiness(node)?.message ?? 'no word of its kubelet'}`)
    .join('; ')
}

function readiness(node: {
  readonly status: { readonly conditions?: readonly { type: string; status: string; message?: string }[] }
}) {
  return node.status.conditions?.find(({ type }) => type === 'Ready')
}
