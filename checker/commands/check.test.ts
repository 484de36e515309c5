/** The commands as a learner types them, on a practice cluster of their own. The tests tell one story, in order. */
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { startPracticeCluster, type TestCluster } from '../../test/grading/clusters.ts'
import { suite } from '../../test/harness/suite.ts'
import { until } from '../../test/harness/until.ts'
import { workbook } from '../practice/workbook.ts'

const SLUG = '03-your-first-deployment'
/** A cluster that several test files share a machine with may take its time. */
const PATIENCE = { within: 60_000 }
const test = suite('npm run check, as it is typed', { deadline: 120_000 })
const workspace = mkdtempSync(path.join(tmpdir(), 'kbh-workspace-'))
const manifest = path.join(workspace, SLUG, 'deployment.yaml')
const solution = readFileSync(path.join(workbook, 'solutions', SLUG, 'deployment.yaml'), 'utf8')
let cluster: TestCluster

/** Waits for ever: its pods run, and are never ready. */
const unsettled = solution.replace(
  /^( +)image: .*$/m,
  '$&\n$1readinessProbe: { httpGet: { path: /nobody-answers-here, port: 3000 }, periodSeconds: 1 }',
)

/** A command that runs, and what it has said so far. */
class Typed {
  stdout = ''
  stderr = ''
  readonly exitCode: Promise<number | null>
  readonly #child: ReturnType<typeof spawn>

  constructor(...words: string[]) {
    this.#child = spawn(process.execPath, [path.join(workbook, 'checker', 'launch.mjs'), ...words], {
      env: {
        ...process.env,
        INIT_CWD: workspace,
        WORKBOOK_WORKSPACE: workspace,
        WORKBOOK_CLUSTER_DIR: cluster.state.root,
        NO_COLOR: '1',
      },
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    this.exitCode = new Promise((resolve) => this.#child.on('close', resolve))
  }

  interrupt(): void {
    this.#child.kill('SIGINT')
  }

  /** Waits until the other end has read this far. */
  async says(text: string): Promise<void> {
    const said = () => `${this.stdout}${this.stderr}`
    await until(`it says "${text}"`, () => said().includes(text), PATIENCE).catch((error: Error) => {
      throw new Error(`${error.message}; it said:\n${said()}`)
    })
  }
}

function handIn(text: string): void {
  mkdirSync(path.dirname(manifest), { recursive: true })
  writeFileSync(manifest, text)
}

async function deployed(): Promise<boolean> {
  return (await cluster.cluster.objects.get('apps/v1 Deployment', 'lesson-03', 'starter-app')) !== undefined
}

test.before(async () => {
  cluster = await startPracticeCluster()
  cpSync(path.join(workbook, 'solutions', SLUG), path.dirname(manifest), { recursive: true })
})
test.after(async () => {
  await cluster?.stop()
  rmSync(workspace, { recursive: true, force: true })
})

test('words that no command has are refused, with those that there are', async () => {
  const typed = new Typed('check', '--jsn')
  assert.is(await typed.exitCode, 2)
  assert.match(typed.stderr, /unknown: --jsn[\s\S]*npm run check -- --json/)
  const nowhere = new Typed('check', '99')
  assert.is(await nowhere.exitCode, 2)
})

test('--json is one report for programs, and nothing else, of what passed', async () => {
  const typed = new Typed('check', '3', '--json')
  assert.is(await typed.exitCode, 0, typed.stderr)
  const report = JSON.parse(typed.stdout) as {
    verdict: string
    exercises: { id: string; checks: { verdict: string }[] }[]
  }
  assert.is(report.verdict, 'passed')
  const [exercise] = report.exercises
  assert.is(exercise?.id, SLUG)
  assert.ok(exercise && exercise.checks.length > 0 && exercise.checks.every(({ verdict }) => verdict === 'passed'))
})

test('who opens a lesson that is passed reads what comes next, and who opens another does not', async () => {
  const passed = new Typed('lesson', '3', '--no-text')
  assert.is(await passed.exitCode, 0, passed.stderr)
  assert.match(passed.stdout, /Passed +drill: npm run lesson 3 [a-z-]+\n[\s\S]* next: npm run lesson 4\n$/)
  const drill = new Typed('lesson', '3', 'the-missing-image', '--no-text')
  assert.is(await drill.exitCode, 0, drill.stderr)
  assert.not.match(drill.stdout, 'Passed')
})

test('the list of lessons remembers it', async () => {
  for (const words of [['list'], ['--list']]) {
    const typed = new Typed('lesson', ...words)
    assert.is(await typed.exitCode, 0, typed.stderr)
    assert.match(typed.stdout, /^ +3 +Your first Deployment .*passed$/m)
    assert.match(typed.stdout, /1 of \d+ lessons and 0 of \d+ drills passed/)
    assert.not.match(typed.stdout, /^ +4 .*passed$/m)
    assert.match(typed.stdout, 'Go on:  npm run lesson 4')
  }
})

test('--junit writes a file for CI, also of what does not pass', async () => {
  handIn(solution.replace('replicas:', 'replica:'))
  const typed = new Typed('check', '3', '--junit', 'report.xml')
  assert.is(await typed.exitCode, 1, typed.stderr)
  assert.match(typed.stdout, 'did you mean "replicas"')
  const xml = readFileSync(path.join(workspace, 'report.xml'), 'utf8')
  assert.match(xml, /^<\?xml .*\?>\s*<testsuites[\s\S]*failures="1"[\s\S]*did you mean &quot;replicas&quot;/)
})

test('Ctrl-C: no verdict; what was applied stays, and the screen says what it is and how it goes', async () => {
  handIn(unsettled)
  const typed = new Typed('check', '3')
  await typed.says('deployment/starter-app')
  await until('it is applied', deployed, PATIENCE)
  typed.interrupt()
  assert.is(await typed.exitCode, 3)
  assert.match(typed.stdout, 'Interrupted; there is no verdict.')
  assert.match(typed.stdout, 'What was applied stays: deployment/starter-app')
  assert.match(typed.stdout, 'To remove it:  npm run kubectl -- delete namespace lesson-03')
  assert.ok(await deployed())
})

test('two checks at once: the second says that it waits, and runs when the first has ended', async () => {
  handIn(unsettled)
  const first = new Typed('check', '3')
  await first.says('deployment/starter-app')
  handIn(solution)
  const second = new Typed('check', '3')
  await second.says('Another check is running; this one waits for its end')
  assert.is(second.stdout.includes('deployment/starter-app'), false, 'the second has begun')
  first.interrupt()
  assert.is(await first.exitCode, 3)
  assert.is(await second.exitCode, 0, second.stdout)
})

test('with a part stopped there is no verdict; the screen says what starts it, and that helps', async () => {
  handIn(solution)
  assert.is(await new Typed('cluster', 'stop', 'controller-manager').exitCode, 0)
  const without = new Typed('check', '3')
  assert.is(await without.exitCode, 3, without.stdout)
  assert.match(without.stdout, /stopped by a command, and not started since: controller-manager/)
  assert.match(without.stdout, 'about the cluster, not about your files')
  const [, start = ''] = /npm run (cluster start \S+)/.exec(without.stdout) ?? []
  assert.is(await new Typed(...start.split(' ')).exitCode, 0)
  const again = new Typed('check', '3')
  assert.is(await again.exitCode, 0, again.stdout)
})

test('the way that the screen shows removes what is there', async () => {
  const typed = new Typed('kubectl', 'delete', 'namespace', 'lesson-03')
  assert.is(await typed.exitCode, 0, typed.stderr)
  await until('it is gone', async () => !(await deployed()), PATIENCE)
})

test.run()
