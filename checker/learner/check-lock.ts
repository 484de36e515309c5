import { mkdirSync } from 'node:fs'
import path from 'node:path'
import lockfile from 'proper-lockfile'

/**
 * Held by a check: two at once would kill each other's pods. `onWait` is called once when another one holds it. Resolves with what
 * releases it.
 */
export async function lockChecks(workspace: string, onWait: () => void): Promise<() => Promise<void>> {
  mkdirSync(workspace, { recursive: true })
  const options = { lockfilePath: path.join(workspace, '.check.lock'), stale: 10_000, update: 2_000 }
  try {
    return await lockfile.lock(workspace, options)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error
  }
  onWait()
  return await lockfile.lock(workspace, {
    ...options,
    retries: { retries: 10_000, minTimeout: 50, maxTimeout: 200, factor: 1.1 },
  })
}
