import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Cluster } from '../../checker/cluster/cluster.ts'
import { clusterOf } from '../../checker/cluster/connect.ts'
import { practiceAbilities } from '../../checker/cluster/practice-abilities.ts'
import { ensureRunning, stopRunning } from '../../checker/practice/ensure-running.ts'
import { StateFolder } from '../../cluster/daemon/state-folder.ts'

export interface TestCluster {
  readonly state: StateFolder
  readonly kubeconfig: string
  readonly cluster: Cluster
  stop(): Promise<void>
}

/** A cluster whose test was killed ends by itself. Milliseconds. */
const IDLE_MS = '180000'

/** A practice cluster with a state of its own, which is gone after `stop`. */
export async function startPracticeCluster(): Promise<TestCluster> {
  const root = mkdtempSync(path.join(tmpdir(), 'practice-'))
  const state = new StateFolder(root)
  const running = await ensureRunning({ state, environment: { WORKBOOK_IDLE_MS: IDLE_MS } })
  const cluster = await clusterOf(running.kubeconfig, {
    title: 'practice cluster',
    abilities: practiceAbilities(running, state),
    remedies: [],
    tidy: true,
  })
  return {
    state,
    kubeconfig: running.kubeconfig,
    cluster,
    async stop() {
      await stopRunning(running, state)
      rmSync(root, { recursive: true, force: true })
    },
  }
}
