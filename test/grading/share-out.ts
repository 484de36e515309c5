import type { GradingCase } from './cases.ts'
import type { TestCluster } from './clusters.ts'

/** How many answers are handed in to one cluster at the same time, each in a namespace of its own. */
const AT_ONCE = 3

/**
 * Hands answers in, several at a time to each cluster; those whose checks stop parts of a cluster come last, one after another on
 * each. What `work` rejects with is its own matter.
 */
export async function shareOut(
  cases: readonly GradingCase[],
  clusters: readonly TestCluster[],
  work: (given: GradingCase, cluster: TestCluster) => Promise<unknown>,
): Promise<void> {
  const alone = cases.filter(({ exercise }) => exercise.disturbsCluster)
  const others = cases.filter((given) => !alone.includes(given))
  const worker = async (own: GradingCase[], cluster: TestCluster) => {
    for (let next = own.shift(); next; next = own.shift()) await work(next, cluster).catch(() => {})
  }
  await Promise.all(
    clusters.map(async (cluster) => {
      await Promise.all(Array.from({ length: AT_ONCE }, () => worker(others, cluster)))
      await worker(alone, cluster)
    }),
  )
}
