import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { judgeFiles } from '../../checker/check/judge-files.ts'
import { readExercise } from '../../checker/check/read-exercise.ts'
import { workbook } from '../../checker/practice/workbook.ts'
import { lessons } from '../../lessons/index.ts'
import { BenchCluster } from './bench-cluster.ts'
import type { Figure } from './figure.ts'
import { median } from './median.ts'

const SLUG = '03-your-first-deployment'
/** Runs before the one that is counted: code and schemas are loaded. */
const WARM_UP = 20

/** `npm run check 3` with the solution, the whole command, on a cluster that runs and has seen it before. */
export async function wholeCheck(runs: number): Promise<readonly Figure[]> {
  const bench = new BenchCluster()
  const workspace = mkdtempSync(path.join(tmpdir(), 'kbh-bench-workspace-'))
  cpSync(path.join(workbook, 'solutions', SLUG), path.join(workspace, SLUG), { recursive: true })
  const env = { ...process.env, WORKBOOK_CLUSTER_DIR: bench.state.root, WORKBOOK_WORKSPACE: workspace }
  const times: number[] = []
  try {
    await bench.start()
    for (let run = 0; run <= runs; run++) {
      const started = performance.now()
      const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
      const { status, stdout, stderr } = spawnSync(npm, ['run', 'check', '3'], { cwd: workbook, env, encoding: 'utf8' })
      if (status !== 0) throw new Error(`npm run check 3 ended with ${status}:\n${stdout}${stderr}`)
      if (run > 0) times.push(performance.now() - started)
    }
  } finally {
    await bench.remove()
    rmSync(workspace, { recursive: true, force: true })
  }
  return [{ what: 'warm npm run check 3, right answer, whole command', value: median(times), unit: 'ms', target: 2500 }]
}

/** All findings about a lesson's files, in this process. */
export async function staticFindings(runs: number): Promise<readonly Figure[]> {
  const entry = lessons.find(({ slug }) => slug === SLUG)
  if (!entry) throw new Error(`no lesson ${SLUG}`)
  const exercise = await entry.load()
  const folder = path.join(workbook, 'solutions', SLUG)
  const starter = path.join(workbook, 'lessons', SLUG)
  const judge = () => {
    const started = performance.now()
    judgeFiles(readExercise(exercise, folder, starter).manifests, 'lesson-03')
    return performance.now() - started
  }
  for (let run = 0; run < WARM_UP; run++) judge()
  const value = median(Array.from({ length: runs * 10 }, judge))
  return [{ what: "static findings for a lesson's files, in process, warm", value, unit: 'ms', target: 50 }]
}
