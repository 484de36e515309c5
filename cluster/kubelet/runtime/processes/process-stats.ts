import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { Usage } from '../runtime.ts'

/** Linux counts CPU time in hundredths of a second for everybody outside the kernel. */
const NANOSECONDS_PER_TICK = 10_000_000
let pageBytes: Promise<number> | undefined

/** CPU time and resident memory of a process by /proc, or undefined where there is none or the process is gone. */
export async function processStats(pid: number): Promise<Usage | undefined> {
  if (process.platform !== 'linux') return undefined
  try {
    const [stat, statm] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/statm`, 'utf8'),
    ])
    // The second field is the program's name in parentheses, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = Number(fields[11]) + Number(fields[12])
    const pages = Number(statm.split(' ')[1])
    return { cpuNanoseconds: ticks * NANOSECONDS_PER_TICK, memoryBytes: pages * (await bytesPerPage()) }
  } catch {
    return undefined
  }
}

/** 4,096 on most machines, 16,384 or 65,536 on some ARM ones. */
function bytesPerPage(): Promise<number> {
  pageBytes ??= new Promise((resolve) => {
    if (process.arch === 'x64' || process.arch === 'ia32') return resolve(4096)
    execFile('getconf', ['PAGESIZE'], (error, stdout) => resolve(error ? 4096 : Number(stdout) || 4096))
  })
  return pageBytes
}
