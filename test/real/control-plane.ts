import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { realClusterScript } from './real-cluster.ts'

const PORT = '18443'

export interface BareControlPlane {
  /** What `controllers.real.ts` reads. */
  readonly environment: Readonly<Record<string, string>>
  stop(): void
}

/** A second real control plane, of which only etcd and kube-apiserver go on: controllers and scheduler are to be ours. */
export async function startBareControlPlane(): Promise<BareControlPlane> {
  const home = mkdtempSync(path.join(tmpdir(), 'control-plane-'))
  const first = process.env.REAL_CLUSTER_HOME ?? path.join(homedir(), '.cache', 'real-cluster')
  symlinkSync(path.join(first, 'bin'), path.join(home, 'bin'))
  const env = { ...process.env, REAL_CLUSTER_HOME: home, REAL_CLUSTER_PORT: PORT }
  // it must not write to the other cluster's kubeconfig
  const run = (word: string) =>
    execFileSync(realClusterScript, [word], { env: { ...env, KUBECONFIG: '' }, stdio: 'ignore' })
  run('up')
  for (const name of ['kube-controller-manager', 'kube-scheduler']) {
    process.kill(Number(readFileSync(path.join(home, 'state', `${name}.pid`), 'utf8')))
  }
  const token = /token: (\S+?)\}/.exec(readFileSync(path.join(home, 'state', 'kubeconfig'), 'utf8'))?.[1] ?? ''
  return {
    environment: { REAL_API_SERVER: `https://127.0.0.1:${PORT}`, REAL_API_TOKEN: token },
    stop() {
      run('down')
      rmSync(home, { recursive: true, force: true })
    },
  }
}
