import type { Progress } from '../learner/progress.ts'
import { finding } from '../messages/catalogue.ts'
import type { Cluster } from './cluster.ts'
import { ClusterFault } from './cluster-fault.ts'

/** The cluster that a command works on. */
export interface ClusterInUse {
  /** As screens name it. */
  readonly title: string
  /** Tells it from others in what is remembered. */
  readonly id: string
  readonly practice: boolean
  /** Starts the practice cluster if need be. Throws ClusterFault. */
  connect(): Promise<Cluster>
}

/** `--context NAME` for one run, else what `npm run use` keeps, else the practice cluster. */
export function clusterInUse(
  progress: Progress,
  context: string | undefined,
  say: (line: string) => void,
): ClusterInUse {
  const chosen =
    context !== undefined && context !== 'practice' ? { context } : context === undefined ? progress.cluster : undefined
  if (!chosen) {
    const connect = oneAtATime(() => practiceCluster(say))
    return { title: 'practice cluster', id: 'practice', practice: true, connect }
  }
  return {
    title: `cluster ${chosen.context}`,
    id: `context ${chosen.context}`,
    practice: false,
    async connect() {
      const [{ realCluster }, { realAbilities }] = await Promise.all([
        import('./connect.ts'),
        import('./real-abilities.ts'),
      ])
      return await realCluster(chosen, realAbilities(chosen))
    },
  }
}

/** Who asks while an answer is on its way gets the same one: it is not started twice. */
function oneAtATime<Given>(ask: () => Promise<Given>): () => Promise<Given> {
  let asking: Promise<Given> | undefined
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return asking
  }
}

async function practiceCluster(say: (line: string) => void): Promise<Cluster> {
  const [{ ensureRunning }, { practiceAbilities }, { clusterOf }] = await Promise.all([
    import('../practice/ensure-running.ts'),
    import('./practice-abilities.ts'),
    import('./connect.ts'),
  ])
  try {
    const running = await ensureRunning({ say })
    return await clusterOf(running.kubeconfig, {
      title: 'practice cluster',
      abilities: practiceAbilities(running),
      remedies: ['How is it?  npm run cluster', 'A fresh one, without its objects:  npm run cluster wipe'],
      tidy: true,
    })
  } catch (error) {
    if (error instanceof ClusterFault || !(error instanceof Error)) throw error
    throw new ClusterFault(
      finding('cluster-not-started', { reason: error.message }, { more: ['How is it?  npm run cluster'] }),
    )
  }
}
