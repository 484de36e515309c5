import { type Clock, microTimestamp, sleep } from '../../apimachinery/clock.ts'
import { isNotFound } from '../../apimachinery/errors.ts'
import type { ApiClient } from '../../client/api-client.ts'

const NAMESPACE = 'kube-node-lease'
const DURATION_SECONDS = 40
/** A quarter of its duration, as the kubelet does. */
const RENEW_MS = 10_000
const RETRY_MS = 1_000

/** Renews a node's Lease until the signal aborts: the sign of life that the node lifecycle controller watches. */
export async function keepLease(
  node: { readonly name: string; readonly uid: string },
  api: ApiClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    let wait = RENEW_MS
    try {
      await renew(node, api, clock)
    } catch {
      wait = RETRY_MS
    }
    await sleep(clock, wait, signal)
  }
}

async function renew({ name, uid }: { name: string; uid: string }, api: ApiClient, clock: Clock): Promise<void> {
  const spec = { holderIdentity: name, leaseDurationSeconds: DURATION_SECONDS, renewTime: microTimestamp(clock.now()) }
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }]
  try {
    const lease = await api.get('coordination.k8s.io/v1 Lease', { namespace: NAMESPACE, name })
    await api.update('coordination.k8s.io/v1 Lease', {
      ...lease,
      metadata: { ...lease.metadata, ownerReferences },
      spec: { ...lease.spec, ...spec },
    })
  } catch (error) {
    if (!isNotFound(error)) throw error
    await api.create('coordination.k8s.io/v1 Lease', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: NAMESPACE, ownerReferences },
      spec,
    })
  }
}
