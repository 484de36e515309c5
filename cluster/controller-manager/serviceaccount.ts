import { isAlreadyExists, isReason } from '../apimachinery/errors.ts'
import type { Namespace } from '../apimachinery/objects.ts'
import { controller, watching } from '../client/controller.ts'

const DEFAULT = 'default'

/** Keeps a ServiceAccount `default` in each namespace. Follows pkg/controller/serviceaccount. */
export const serviceAccountController = controller('serviceaccount-controller', {
  for: 'v1 Namespace',
  watches: [
    watching('v1 ServiceAccount', ({ metadata }) =>
      metadata.name === DEFAULT && metadata.namespace ? [metadata.namespace] : [],
    ),
  ],
  async reconcile(name, { api, cache }) {
    const namespace = cache.get('v1 Namespace', name)
    if (!namespace || isGoing(namespace) || cache.get('v1 ServiceAccount', `${name}/${DEFAULT}`)) return
    try {
      const metadata = { name: DEFAULT, namespace: name }
      await api.create('v1 ServiceAccount', { apiVersion: 'v1', kind: 'ServiceAccount', metadata })
    } catch (error) {
      if (isAlreadyExists(error) || isTerminating(error)) return
      throw error
    }
  },
})

/** Whether a namespace is being deleted: nothing can be created in it any more. */
export function isGoing({ metadata, status }: Namespace): boolean {
  return metadata.deletionTimestamp !== undefined || status?.phase === 'Terminating'
}

/** Whether a creation was refused because the namespace is being deleted. */
export function isTerminating(error: unknown): boolean {
  return isReason(error, 'Forbidden') && error.causes.some(({ reason }) => reason === 'NamespaceTerminating')
}
