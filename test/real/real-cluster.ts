import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Builds and runs real Kubernetes on Linux; beside the workbook where its own tests run. */
export const realClusterScript = fileURLToPath(new URL('../../../shared/real-cluster/real-cluster', import.meta.url))

export const hasRealCluster = existsSync(realClusterScript)
