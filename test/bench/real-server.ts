import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import https from 'node:https'
import path from 'node:path'
import { parse } from 'yaml'
import { workbook } from '../../checker/practice/workbook.ts'

export interface RealServer {
  readonly server: string
  readonly token: string
  readonly insecure: true
}

interface Kubeconfig {
  readonly clusters?: readonly { readonly cluster: { readonly server: string } }[]
  readonly users?: readonly { readonly user: { readonly token?: string } }[]
}

/** The real API server to compare with: that of `--kubeconfig FILE`, else the one that tests use, if it answers. */
export async function realServer(kubeconfig = kubeconfigOfTests()): Promise<RealServer | undefined> {
  if (kubeconfig === undefined) return undefined
  let config: Kubeconfig
  try {
    config = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig
  } catch {
    return undefined
  }
  const server = config.clusters?.[0]?.cluster.server
  const token = config.users?.[0]?.user.token
  if (!server || !token || !(await answers(server))) return undefined
  return { server, token, insecure: true }
}

/** `real-cluster env` says where the real cluster beside this repository has its kubeconfig. */
function kubeconfigOfTests(): string | undefined {
  const program = path.join(workbook, '..', 'shared', 'real-cluster', 'real-cluster')
  if (!existsSync(program)) return undefined
  const { stdout } = spawnSync(program, ['env'], { encoding: 'utf8' })
  return /KUBECONFIG=(.*)/.exec(stdout ?? '')?.[1]
}

function answers(server: string): Promise<boolean> {
  return new Promise((resolve) => {
    https
      .get(`${server}/readyz`, { rejectUnauthorized: false, timeout: 3_000 }, (response) => {
        response.resume()
        resolve((response.statusCode ?? 500) < 500)
      })
      .on('timeout', () => resolve(false))
      .on('error', () => resolve(false))
  })
}
