/** The workflow that the README hands to classrooms: what it runs is run here, on a right answer and on a wrong one. */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { workbook } from '../../checker/practice/workbook.ts'
import { suite } from '../harness/suite.ts'

const test = suite('the classroom example', { deadline: 120_000 })

interface Workflow {
  readonly on: string
  readonly jobs: {
    readonly grade: {
      readonly strategy: { readonly matrix: { readonly lesson: readonly number[] } }
      readonly steps: readonly { readonly run?: string; readonly uses?: string }[]
    }
  }
}

const readme = readFileSync(path.join(workbook, 'README.md'), 'utf8')
const block = /```yaml\n(# \.github\/workflows[\s\S]*?)```/.exec(readme)?.[1] ?? ''
const { grade } = (parse(block) as Workflow).jobs
const root = mkdtempSync(path.join(tmpdir(), 'classroom-'))
const env = {
  ...process.env,
  WORKBOOK_WORKSPACE: path.join(root, 'workspace'),
  WORKBOOK_CLUSTER_DIR: path.join(root, 'cluster'),
  WORKBOOK_IDLE_MS: '60000',
}

/** Runs the step for a lesson as a shell would split it; its exit code and the report that it wrote. */
async function step(lesson: number): Promise<{ code: number; report: string }> {
  const command = grade.steps.find(({ run }) => run !== undefined)?.run ?? ''
  const [npm = '', ...args] = command.replace(/\$\{\{ matrix\.lesson \}\}/, String(lesson)).split(' ')
  assert.is(npm, 'npm')
  const code = await new Promise<number>((resolve) => {
    const shell = process.platform === 'win32'
    // called from elsewhere, so that the report lands there
    execFile(npm, ['--prefix', workbook, ...args], { cwd: root, env, shell }, (error) =>
      resolve(error ? Number(error.code) : 0),
    )
  })
  const file = path.join(root, 'report.xml')
  const report = readFileSync(file, 'utf8')
  rmSync(file)
  return { code, report }
}

test.after(async () => {
  await new Promise((resolve) =>
    execFile('npm', ['run', 'cluster', 'wipe', '--', '--yes'], { cwd: workbook, env }, resolve),
  )
  rmSync(root, { recursive: true, force: true })
})

test('a right answer that is committed passes, and the report says so', async () => {
  const slug = '03-your-first-deployment'
  cpSync(path.join(workbook, 'solutions', slug), path.join(root, 'workspace', slug), { recursive: true })
  const { code, report } = await step(3)
  assert.is(code, 0, report)
  assert.match(report, /<testsuite name="03-your-first-deployment [^>]*failures="0" errors="0"/)
})

test('what was not begun does not pass', async () => {
  const { code, report } = await step(4)
  assert.is(code, 1, report)
  assert.match(report, /<failure /)
})

test('the lessons of the example are lessons', () => {
  for (const lesson of grade.strategy.matrix.lesson) assert.match(readme, `| ${lesson} | `)
})

test.run()
