import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { defaultStateFolder } from '../../cluster/daemon/state-folder.ts'
import type { KubectlAccess } from '../cluster/cluster.ts'
import type { Address } from '../cluster/connect.ts'
import { KubeConfig } from '../kubectl/kubeconfig.ts'
import { workbook } from '../practice/workbook.ts'
import { chooseKubectl } from './kubectl-choice.ts'
import { writeShims } from './shim.ts'

/** Where all lessons' kubeconfigs and shims lie. */
export function accessFolder(): string {
  return path.join(defaultStateFolder(workbook).root, 'shell')
}

/** A kubectl first on the PATH that uses this kubeconfig, for as long as it is not closed. */
export async function kubectlAccess(kubeconfig: string): Promise<KubectlAccess> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubectl-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  // a check that is stopped half-way leaves no credentials behind
  process.once('exit', remove)
  const file = path.join(folder, 'kubeconfig')
  writeFileSync(file, kubeconfig, { mode: 0o600 })
  const { installed } = await chooseKubectl(process.env, accessFolder())
  const program = installed
    ? { file: installed.file, args: [] }
    : { file: process.execPath, args: [path.join(workbook, 'checker', 'launch.mjs'), 'kubectl'] }
  const bin = writeShims(folder, program, file)
  const before = process.env.PATH ?? process.env.Path ?? ''
  return {
    env: { PATH: `${bin}${path.delimiter}${before}`, KUBECONFIG: file },
    close() {
      process.removeListener('exit', remove)
      remove()
    },
  }
}

/** The practice cluster's kubeconfig with another namespace. */
export function practiceConfig(kubeconfig: string, namespace: string): string {
  const { raw } = new KubeConfig([kubeconfig])
  const contexts = (raw.contexts as { name: string; context: object }[]).map(({ name, context }) => ({
    name,
    context: { ...context, namespace },
  }))
  return `${JSON.stringify({ ...raw, contexts }, null, 2)}\n`
}

/** One context of the learner's kubeconfig, alone in a file of its own, with another namespace. */
export async function realConfig({ context, kubeconfig }: Address, namespace: string): Promise<string> {
  const { KubeConfig: ClientConfig } = await import('@kubernetes/client-node')
  const config = new ClientConfig()
  if (kubeconfig === undefined) config.loadFromDefault()
  else config.loadFromFile(kubeconfig)
  const found = config.getContextObject(context)
  if (!found) {
    const known = config.getContexts().map(({ name }) => name)
    throw new Error(`there is no context "${context}" in your kubeconfig; there are: ${known.join(', ') || 'none'}`)
  }
  config.contexts = [{ ...found, namespace }]
  config.clusters = config.clusters.filter(({ name }) => name === found.cluster)
  config.users = config.users.filter(({ name }) => name === found.user)
  config.setCurrentContext(context)
  return config.exportConfig()
}
