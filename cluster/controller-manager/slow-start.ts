/** How many are created together at most in one go. */
export const BURST = 500

/**
 * Calls `create` as often as told, in batches of 1, 2, 4, …, and stops after the first batch with a failure: a pod that is
 * refused is refused once, not five hundred times. Throws that failure.
 */
export async function slowStart(count: number, create: () => Promise<void>): Promise<void> {
  let left = Math.min(count, BURST)
  for (let batch = 1; left > 0; batch *= 2) {
    const size = Math.min(batch, left)
    const results = await Promise.allSettled(Array.from({ length: size }, create))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
    left -= size
  }
}
