import type { AnyObject } from '../../apimachinery/objects.ts'
import type { Resource } from '../resource.ts'

/** What of the objects themselves a table carries. */
export type IncludeObject = 'None' | 'Metadata' | 'Object'

export interface TableForm {
  /** `v1`, `v1beta1` */
  readonly version: string
  readonly include: IncludeObject
  /** Texts under the columns' heads, by name. */
  readonly descriptions: (column: string) => string
  readonly now: number
}

interface ListMeta {
  readonly resourceVersion?: string
  readonly continue?: string
  readonly remainingItemCount?: number
}

/** The table that `kubectl get` prints. Without columns in a watch's later events, as the server does. */
export function tableOf(
  resource: Resource,
  objects: readonly AnyObject[],
  metadata: ListMeta,
  { version, include, descriptions, now }: TableForm,
  withColumns = true,
): object {
  const columns = resource.columns.map(({ name, type, format = '', priority = 0 }) => {
    return { name, type, format, description: descriptions(name), priority }
  })
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: withColumns ? columns : null,
    rows: objects.map((object) => ({
      cells: resource.declaration.cells(object as never, now),
      object: included(object, include, version),
    })),
  }
}

function included(object: AnyObject, include: IncludeObject, version: string): unknown {
  if (include === 'None') return null
  return include === 'Object' ? object : partialOf(object, version)
}

/** The metadata of an object, as an object of its own. */
export function partialOf({ metadata }: AnyObject, version: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata }
}
