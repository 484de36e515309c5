import type { Abilities } from './cluster.ts'
import type { Address } from './connect.ts'

/** What can be done on a real cluster beside its API: images are built with the tool that belongs to it; nothing is ever stopped. */
export function realAbilities({ context }: Address): Abilities {
  return {
    async canBuildImage(folder, name) {
      const { buildRealImage } = await import('../image/real-image.ts')
      await buildRealImage(context, folder, name)
    },
  }
}
