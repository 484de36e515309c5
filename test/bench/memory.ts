import { spawnSync } from 'node:child_process'
import { BenchCluster, clientOf } from './bench-cluster.ts'
import type { Figure } from './figure.ts'

/** How long nothing is asked of the cluster before it is measured. Milliseconds. */
const IDLE_MS = 10_000

/** Resident memory of the idle cluster's process and what it started, as `ps` says; there are no pods. */
export async function idleMemory(): Promise<readonly Figure[]> {
  const bench = new BenchCluster()
  try {
    const cluster = await bench.start()
    const api = clientOf(cluster)
    await api.list('v1 Node')
    api.close()
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS))
    const processes = familyOf(cluster.pid)
    const megabytes = processes.reduce((sum, { kilobytes }) => sum + kilobytes, 0) / 1024
    const note = `resident (ps), ${IDLE_MS / 1000} s after the last request, ${processes.length} processes`
    return [{ what: 'idle memory of the practice cluster', value: megabytes, unit: 'MB', target: 120, note }]
  } finally {
    await bench.remove()
  }
}

/** A process and all its descendants. */
function familyOf(pid: number): readonly { readonly kilobytes: number }[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid=,rss='], { encoding: 'utf8' })
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([own = 0, parent = 0, kilobytes = 0]) => ({ own, parent, kilobytes }))
  const family = all.filter(({ own }) => own === pid)
  for (const member of family) family.push(...all.filter(({ parent }) => parent === member.own))
  return family
}
