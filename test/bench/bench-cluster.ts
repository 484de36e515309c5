import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ensureRunning, killRunning, stopRunning } from '../../checker/practice/ensure-running.ts'
import type { PracticeCluster } from '../../checker/practice/practice-cluster.ts'
import { type HttpsClient, httpsClient } from '../../cluster/client/https-client.ts'
import { StateFolder } from '../../cluster/daemon/state-folder.ts'

/** A practice cluster of the bench's own, in a folder that is removed afterwards. */
export class BenchCluster {
  readonly state = new StateFolder(path.join(mkdtempSync(path.join(tmpdir(), 'kbh-bench-')), 'cluster'))

  start(): Promise<PracticeCluster> {
    return ensureRunning({ state: this.state })
  }

  async stop(cluster: PracticeCluster): Promise<void> {
    await stopRunning(cluster, this.state)
  }

  /** Milliseconds from the start of the process until the API answered, as the process itself counts. */
  readyAfterMs(): number {
    return this.state.readProcess()?.readyAfterMs ?? Number.NaN
  }

  wipe(): void {
    rmSync(this.state.root, { recursive: true, force: true })
  }

  async remove(): Promise<void> {
    await killRunning(this.state)
    rmSync(path.dirname(this.state.root), { recursive: true, force: true })
  }
}

export function clientOf(cluster: PracticeCluster): HttpsClient {
  return httpsClient({ server: cluster.url, token: cluster.token, ca: cluster.certificate, manager: 'bench' })
}
