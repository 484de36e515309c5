import type { StateFolder } from '../../cluster/daemon/state-folder.ts'
import type { PracticeCluster } from '../practice/practice-cluster.ts'
import type { Abilities, Stopped } from './cluster.ts'

/** What the practice cluster can do beside its API. `state` is where it keeps its images, the workbook's own unless told. */
export function practiceAbilities(cluster: PracticeCluster, state?: StateFolder): Abilities {
  const stop = async (name: string): Promise<Stopped> => ({ start: await cluster.hold(name) })
  return {
    async stoppedParts() {
      const { components } = await cluster.status()
      return components.filter(({ stopped }) => stopped).map(({ name }) => name)
    },
    canStopComponent: stop,
    canStopNode: stop,
    canHurry: (times) => cluster.holdSpeed(times),
    nodePortHost: '127.0.0.1',
    async kubectlFor(namespace) {
      const { kubectlAccess, practiceConfig } = await import('../shell/kubectl-access.ts')
      return await kubectlAccess(practiceConfig(cluster.kubeconfig, namespace))
    },
    async canBuildImage(folder, name) {
      const { buildPracticeImage } = await import('../image/practice-image.ts')
      await buildPracticeImage(folder, name, undefined, state)
    },
  }
}
