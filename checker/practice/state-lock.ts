import lockfile from 'proper-lockfile'
import type { StateFolder } from '../../cluster/daemon/state-folder.ts'

/** Held while a cluster is started or stopped, so that two commands do not do it at once. Resolves with what releases it. */
export async function lockState(state: StateFolder): Promise<() => Promise<void>> {
  return await lockfile.lock(state.root, {
    lockfilePath: `${state.root}/lock`,
    stale: 5_000,
    update: 1_000,
    retries: { retries: 1_000, minTimeout: 20, maxTimeout: 100, factor: 1.2 },
  })
}
