import { CommandError } from '../errors.ts'
import { type Resource, resourceOfKind } from '../resource.ts'
import type { Session } from '../session.ts'
import { type Manifest, readManifests } from './read.ts'

/** A manifest, the resource it is one of, and the namespace where it belongs. */
export interface Placed extends Manifest {
  readonly resource: Resource
  readonly namespace: string | undefined
  readonly name: string
}

/** What `-f` names, each with its resource and namespace. A kind that the server does not have is an error. */
export async function placedManifests(session: Session): Promise<Placed[]> {
  const manifests = await readManifests(session)
  const resources = await session.resources()
  const wanted = session.flags.text('namespace')
  return manifests.map((manifest) => {
    const { apiVersion, kind, metadata } = manifest.object
    const resource = resourceOfKind(resources, apiVersion, kind)
    if (!resource) {
      throw new CommandError(
        `resource mapping not found for name: "${metadata.name ?? ''}" namespace: "${metadata.namespace ?? ''}" from "${manifest.source}": no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first`,
      )
    }
    if (resource.namespaced && wanted && metadata.namespace && metadata.namespace !== wanted) {
      throw new CommandError(
        `the namespace from the provided object "${metadata.namespace}" does not match the namespace "${wanted}". You must pass '--namespace=${metadata.namespace}' to perform this operation.`,
      )
    }
    const namespace = resource.namespaced ? metadata.namespace || session.namespace : undefined
    if (namespace) metadata.namespace = namespace
    return { ...manifest, resource, namespace, name: metadata.name ?? '' }
  })
}
