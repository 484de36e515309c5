import type { KubeObject } from '../objects.ts'
import type { Page } from './page.ts'

/** What a description may ask of the cluster beyond the object itself. */
export interface Around {
  /** The objects of a resource in a namespace (undefined: all), perhaps selected. Empty where they may not be read. */
  list(
    resource: string,
    namespace: string | undefined,
    query?: { readonly labelSelector?: string; readonly fieldSelector?: string },
  ): Promise<readonly KubeObject[]>
  get(resource: string, namespace: string | undefined, name: string): Promise<KubeObject | undefined>
}

/** Writes all about an object but its events; those follow unless it says that they do not. */
export type Describer = (page: Page, object: KubeObject, around: Around) => void | Promise<void>

/** The owner that controls an object, as `ReplicaSet/web-1`. */
export function controlledBy(page: Page, { metadata }: KubeObject): void {
  const owners = metadata.ownerReferences as { kind: string; name: string; controller?: boolean }[] | undefined
  const owner = owners?.find(({ controller }) => controller)
  if (owner) page.field(0, 'Controlled By', `${owner.kind}/${owner.name}`)
}
