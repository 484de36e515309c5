import type { PracticeCluster } from '../practice/practice-cluster.ts'
import type { Abilities, Stopped } from './cluster.ts'

/** What the practice cluster can do beside its API. */
export function practiceAbilities(cluster: PracticeCluster): Abilities {
  const stop = async (name: string): Promise<Stopped> => {
    await cluster.stop(name)
    return { start: () => cluster.start(name) }
  }
  return {
    canStopComponent: stop,
    canStopNode: stop,
    async canBuildImage(folder, name) {
      const { buildPracticeImage } = await import('../image/practice-image.ts')
      await buildPracticeImage(folder, name)
    },
  }
}
