import type { AnyObject } from '../../apimachinery/objects.ts'
import { storeKey } from '../resource.ts'
import type { Call, Registry } from './call.ts'
import { forbidden, notFound } from './refusals.ts'

/** Objects go only into namespaces that exist and stay. Follows the NamespaceLifecycle admission plugin. */
export function admitNamespace({ store, resources }: Registry, { resource, namespace = '' }: Call, name: string): void {
  if (!resource.namespaced) return
  const namespaces = resources.of('v1 Namespace')
  const found = store.get(storeKey(namespaces, undefined, namespace))?.value as AnyObject | undefined
  if (!found) throw notFound(namespaces, namespace)
  const status = found.status as { phase?: string } | undefined
  if (!found.metadata.deletionTimestamp && status?.phase !== 'Terminating') return
  throw forbidden(
    resource,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  )
}

/** Namespaces that nobody may delete. */
export const IMMORTAL_NAMESPACES: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public'])
