import { rm } from 'node:fs/promises'
import { isConflict, isNotFound } from '../../apimachinery/errors.ts'
import type { Pod } from '../../apimachinery/objects.ts'
import type { ApiClient } from '../../client/api-client.ts'
import { podLogFolder } from '../logs/log-files.ts'
import type { NodeServices } from '../node/node-services.ts'

/** Takes away the object of a pod that was to be deleted and has ended: this very one, not a namesake. */
export async function deletePod({ metadata }: Pod, api: ApiClient): Promise<void> {
  const { namespace, name, uid } = metadata
  try {
    const key = { ...(namespace && { namespace }), name }
    await api.delete('v1 Pod', key, { gracePeriodSeconds: 0, preconditions: { uid } })
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error
  }
}

/** Forgets a pod whose object is gone: its waits and its logs. */
export async function removeTraces(pod: Pod, node: NodeServices): Promise<void> {
  node.restarts.forget(pod.metadata.uid)
  node.images.forget(pod)
  await rm(podLogFolder(node.folder, pod), { recursive: true, force: true })
}
