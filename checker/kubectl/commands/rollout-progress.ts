import type { Deployment } from '../../../cluster/apimachinery/objects.ts'
import { CommandError } from '../errors.ts'
import { type KubeObject, typed } from '../objects.ts'

/** How far a deployment's rollout is, in kubectl's words. Throws when it passed its progress deadline. Follows DeploymentStatusViewer. */
export function rolloutProgress(object: KubeObject): { readonly done: boolean; readonly text: string } {
  const { metadata, spec, status } = typed<Deployment>(object)
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status ?? {}
  const waiting = (rest: string) => ({
    done: false,
    text: `Waiting for deployment ${JSON.stringify(metadata.name)} rollout to finish: ${rest}...`,
  })
  if ((metadata.generation ?? 0) > observedGeneration) {
    return { done: false, text: 'Waiting for deployment spec update to be observed...' }
  }
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing')
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    throw new CommandError(`deployment ${JSON.stringify(metadata.name)} exceeded its progress deadline`)
  }
  if (spec.replicas !== undefined && updatedReplicas < spec.replicas) {
    return waiting(`${updatedReplicas} out of ${spec.replicas} new replicas have been updated`)
  }
  if (replicas > updatedReplicas) return waiting(`${replicas - updatedReplicas} old replicas are pending termination`)
  if (availableReplicas < updatedReplicas)
    return waiting(`${availableReplicas} of ${updatedReplicas} updated replicas are available`)
  return { done: true, text: `deployment ${JSON.stringify(metadata.name)} successfully rolled out` }
}
