import type { Abilities } from './cluster.ts'
import type { Address } from './connect.ts'

/** What can be done on a real cluster beside its API: images are built with the tool that belongs to it; nothing is ever stopped. */
export function realAbilities({ context, kubeconfig }: Address): Abilities {
  return {
    async kubectlFor(namespace) {
      const { kubectlAccess, realConfig } = await import('../shell/kubectl-access.ts')
      return await kubectlAccess(
        await realConfig({ context, ...(kubeconfig !== undefined && { kubeconfig }) }, namespace),
      )
    },
    async canBuildImage(folder, name) {
      const { buildRealImage } = await import('../image/real-image.ts')
      await buildRealImage(context, folder, name)
    },
  }
}
