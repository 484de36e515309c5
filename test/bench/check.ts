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
/** A check that waits for nothing on purpose; others get two seconds more than they say. Milliseconds. */
const CHECK_MS = 2_500
const ALL_MS = 60_000

/** `npm run check N` with each lesson's solution, the whole command, on a cluster that runs and has seen it before; and all at once. */
export async function wholeChecks(runs: number): Promise<readonly Figure[]> {
  const bench = new BenchCluster()
  const workspace = mkdtempSync(path.join(tmpdir(), 'kbh-bench-workspace-'))
  cpSync(path.join(workbook, 'solutions'), workspace, { recursive: true })
  const env = { ...process.env, WORKBOOK_CLUSTER_DIR: bench.state.root, WORKBOOK_WORKSPACE: workspace }
  const check = (...words: string[]): number => {
    const started = performance.now()
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    const { status, stdout, stderr } = spawnSync(npm, ['run', 'check', ...words], {
      cwd: workbook,
      env,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`npm run check ${words.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
    return performance.now() - started
  }
  const figures: Figure[] = []
  try {
    await bench.start()
    for (const { number, load } of lessons) {
      const { waits } = await load()
      check(String(number))
      const times = Array.from({ length: waits === undefined ? runs : Math.min(runs, 3) }, () => check(String(number)))
      const target = waits === undefined ? CHECK_MS : (waits + 2) * 1000
      const note = waits === undefined ? '' : `waits ${waits} s on purpose`
      const what = `warm npm run check ${number}, right answer, whole command`
      figures.push({ what, value: median(times), unit: 'ms', target, note })
    }
    const what = `npm run check all, ${lessons.length} lessons and their drills, right answers`
    figures.push({ what, value: check('all'), unit: 'ms', target: ALL_MS })
  } finally {
    await bench.remove()
    rmSync(workspace, { recursive: true, force: true })
  }
  return figures
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
