import type { GradingCase } from './cases.ts'

/** How many answers are handed in to one cluster at the same time, each in a namespace of its own. */
const AT_ONCE = 3

/**
 * Hands answers in to one cluster, several at a time; those whose checks stop parts of the cluster come last, one after another.
 * What `work` rejects with is its own matter.
 */
export async function shareOut(
  cases: readonly GradingCase[],
  work: (given: GradingCase) => Promise<unknown>,
): Promise<void> {
  const alone = cases.filter(({ exercise }) => exercise.disturbsCluster)
  const queue = cases.filter((given) => !alone.includes(given))
  const worker = async (own: GradingCase[]) => {
    for (let next = own.shift(); next; next = own.shift()) await work(next).catch(() => {})
  }
  await Promise.all(Array.from({ length: AT_ONCE }, () => worker(queue)))
  await worker(alone)
}
