import type * as models from '@kubernetes/client-node'
import { timestamp } from '../../apimachinery/clock.ts'
import type { Json, Namespace } from '../../apimachinery/objects.ts'
import type { Remaining } from './content.ts'

type NamespaceCondition = Json<models.V1NamespaceCondition>
type Told = readonly [type: string, status: string, reason: string, message: string]

/** The namespace's conditions while its content goes; the same array when nothing changed. */
export function conditionsOf(namespace: Namespace, remaining: Remaining, now: number): readonly NamespaceCondition[] {
  const present = namespace.status?.conditions ?? []
  let changed = false
  const conditions = told(remaining).map(([type, status, reason, message]) => {
    const last = present.find((condition) => condition.type === type)
    if (last?.status === status && last.reason === reason && last.message === message) return last
    changed = true
    const unchanged = last?.status === status ? last.lastTransitionTime : undefined
    return { type, status, lastTransitionTime: unchanged ?? timestamp(now), reason, message }
  })
  return changed ? conditions : present
}

function told({ byResource, byFinalizer, errors }: Remaining): Told[] {
  const resources = [...byResource].map(([name, count]) => `${name} has ${count} resource instances`).sort()
  const finalizers = [...byFinalizer].map(([name, count]) => `${name} in ${count} resource instances`).sort()
  return [
    ['NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered', 'All resources successfully discovered'],
    [
      'NamespaceDeletionGroupVersionParsingFailure',
      'False',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ],
    errors.length > 0
      ? [
          'NamespaceDeletionContentFailure',
          'True',
          'ContentDeletionFailed',
          `Failed to delete all resource types, ${errors.length} remaining: ${errors.join(', ')}`,
        ]
      : [
          'NamespaceDeletionContentFailure',
          'False',
          'ContentDeleted',
          'All content successfully deleted, may be waiting on finalization',
        ],
    resources.length > 0
      ? [
          'NamespaceContentRemaining',
          'True',
          'SomeResourcesRemain',
          `Some resources are remaining: ${resources.join(', ')}`,
        ]
      : ['NamespaceContentRemaining', 'False', 'ContentRemoved', 'All content successfully removed'],
    finalizers.length > 0
      ? [
          'NamespaceFinalizersRemaining',
          'True',
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${finalizers.join(', ')}`,
        ]
      : [
          'NamespaceFinalizersRemaining',
          'False',
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        ],
  ]
}
