import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { workbook } from '../practice/workbook.ts'
import { ensureBundle } from './bundle.mjs'

const { keptFromKubectl, meantArguments } = (await import(new URL('./flags.mjs', import.meta.url).href)) as {
  keptFromKubectl(environment: Record<string, string>): string[]
  meantArguments(command: string, given: string[], environment: Record<string, string>): string[]
}
const folders: string[] = []

/** A workbook with a launcher and one command, which prints its arguments; no packages yet. */
function smallWorkbook(engines = '>=20.19'): string {
  const root = mkdtempSync(path.join(tmpdir(), 'kbh-launch-'))
  folders.push(root)
  for (const folder of ['checker/commands', 'cluster/daemon']) mkdirSync(path.join(root, folder), { recursive: true })
  cpSync(path.join(workbook, 'checker', 'launch'), path.join(root, 'checker', 'launch'), { recursive: true })
  cpSync(path.join(workbook, 'checker', 'launch.mjs'), path.join(root, 'checker', 'launch.mjs'))
  writeFileSync(path.join(root, 'package.json'), JSON.stringify({ type: 'module', engines: { node: engines } }))
  writeFileSync(path.join(root, 'package-lock.json'), '{}')
  command(root, 'echo', 'console.log(args.join(" ")); return args.includes("fail") ? 1 : 0')
  return root
}

function command(root: string, name: string, body: string): void {
  const text = `export async function run(args: readonly string[]): Promise<number> { ${body} }\n`
  writeFileSync(path.join(root, 'checker', 'commands', `${name}.ts`), text)
}

/** An npm that does what `script` says in the workbook's folder. */
function fakeNpm(root: string, script: string): string {
  const file = path.join(root, 'npm-cli.js')
  writeFileSync(file, `import fs from 'node:fs'\n${script}\n`)
  return file
}

/** Packages as `npm ci` leaves them. */
const INSTALLS = `
fs.mkdirSync('node_modules', { recursive: true })
fs.symlinkSync(${JSON.stringify(path.join(workbook, 'node_modules', 'esbuild'))}, 'node_modules/esbuild', 'junction')
fs.writeFileSync('node_modules/.package-lock.json', process.argv.slice(2).join(' '))
`

function launch(root: string, words: string[], environment: Record<string, string> = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'))
  const options = { cwd: root, encoding: 'utf8', env: { ...Object.fromEntries(kept), ...environment } } as const
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'checker', 'launch.mjs'), ...words],
    options,
  )
  return { status, stdout, stderr }
}

function installed(root: string): string {
  mkdirSync(path.join(root, 'node_modules'))
  symlinkSync(path.join(workbook, 'node_modules', 'esbuild'), path.join(root, 'node_modules', 'esbuild'), 'junction')
  writeFileSync(path.join(root, 'node_modules', '.package-lock.json'), '{}')
  return root
}

const test = suite('launcher')

test.after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

test('a Node that is too old is told so before anything else is loaded', () => {
  const root = smallWorkbook('>=99.3')
  rmSync(path.join(root, 'checker', 'launch'), { recursive: true })
  const { status, stderr } = launch(root, ['echo'])
  assert.is(status, 2)
  assert.match(stderr, `needs Node 99.3 or newer; this is Node ${process.versions.node}`)
  assert.match(stderr, 'https://nodejs.org')
})

test('the first run installs the packages, later ones do not', () => {
  const root = smallWorkbook()
  const npm = { npm_execpath: fakeNpm(root, INSTALLS) }
  const first = launch(root, ['echo', 'hello'], npm)
  assert.is(first.status, 0, first.stderr)
  assert.match(first.stderr, /First run: installing the workbook's packages … done in \d+ s/)
  assert.is(first.stdout, 'hello\n')
  const asked = readFileSync(path.join(root, 'node_modules', '.package-lock.json'), 'utf8')
  assert.match(asked, /^ci .*--omit=dev/)
  const second = launch(root, ['echo', 'again'], { npm_execpath: fakeNpm(root, 'process.exit(1)') })
  assert.equal([second.status, second.stdout, second.stderr], [0, 'again\n', ''])
})

test('a newer lockfile, and a command for tests, install again', () => {
  const root = installed(smallWorkbook())
  const later = new Date(Date.now() + 60_000)
  utimesSync(path.join(root, 'package-lock.json'), later, later)
  const failing = { npm_execpath: fakeNpm(root, 'process.exit(1)') }
  assert.match(launch(root, ['echo'], failing).stderr, 'The workbook is newer than its packages')
  const before = new Date(Date.now() - 60_000)
  utimesSync(path.join(root, 'package-lock.json'), before, before)
  assert.is(launch(root, ['echo'], failing).stderr, '')
  assert.match(launch(root, ['typecheck'], failing).stderr, 'Installing the packages that tests need')
})

test('an installation that fails is explained with what npm said', () => {
  const root = smallWorkbook()
  const npm = { npm_execpath: fakeNpm(root, "console.error('npm error network down'); process.exit(7)") }
  const { status, stderr, stdout } = launch(root, ['echo'], npm)
  assert.is(status, 3)
  assert.is(stdout, '')
  assert.match(stderr, 'npm error network down')
  assert.match(stderr, 'npm ci ended with exit code 7')
})

test('a command that does not exist is answered with those that do', () => {
  const { status, stderr } = launch(installed(smallWorkbook()), ['ecko'])
  assert.is(status, 2)
  assert.match(stderr, /no command "ecko".*echo.*format:check.*test/)
})

test("a command's exit code is the launcher's, and long output is not cut", () => {
  const root = installed(smallWorkbook())
  assert.is(launch(root, ['echo', 'fail']).status, 1)
  command(root, 'long', 'console.log("x".repeat(300_000)); return 0')
  assert.is(launch(root, ['long']).stdout.length, 300_001)
})

test('a defect is told with its place in the source', () => {
  const root = installed(smallWorkbook())
  command(root, 'broken', 'throw new Error("oh no")')
  const { status, stderr } = launch(root, ['broken'])
  assert.is(status, 3)
  assert.match(stderr, /Error: oh no[\s\S]*checker\/commands\/broken\.ts:1:\d+/)
  assert.match(stderr, 'defect of the workbook')
})

test('a change of the source is in the next run; without one nothing is built', async () => {
  const root = installed(smallWorkbook())
  assert.is(launch(root, ['echo', 'one']).stdout, 'one\n')
  writeFileSync(path.join(root, 'cluster', 'daemon', 'main.ts'), 'console.log(import.meta.url)\n')
  const first = await ensureBundle(root, 'cluster')
  const main = path.join(first.folder, 'main.js')
  assert.ok(readFileSync(main, 'utf8').includes('cluster/daemon/main.ts"'), 'import.meta.url is that of the source')
  writeFileSync(main, 'untouched')
  assert.equal(await ensureBundle(root, 'cluster'), first)
  assert.is(readFileSync(main, 'utf8'), 'untouched')
  writeFileSync(path.join(root, 'cluster', 'daemon', 'main.ts'), 'console.log("something else")\n')
  const second = await ensureBundle(root, 'cluster')
  assert.is.not(second.version, first.version)
  assert.ok(existsSync(main), 'a cluster that runs keeps its files')
  command(root, 'echo', 'console.log("changed"); return 0')
  assert.is(launch(root, ['echo']).stdout, 'changed\n')
})

test('flags that npm kept come back, plain words stand for flags', () => {
  const cases: [string[], Record<string, string>, string[]][] = [
    [['3'], { npm_config_all: 'true' }, ['3', '--all']],
    [['all'], {}, ['--all']],
    [['watch', '3'], {}, ['--watch', '3']],
    [[], { npm_config_watch: '3' }, ['3', '--watch']],
    [['3'], { npm_config_context: 'kind-kind', npm_config_json: 'true' }, ['3', '--json', '--context', 'kind-kind']],
    [['3', '--json'], { npm_config_json: 'true' }, ['3', '--json']],
    [['3'], { npm_config_all: 'false', npm_config_json: '' }, ['3']],
  ]
  for (const [given, environment, meant] of cases) assert.equal(meantArguments('check', given, environment), meant)
  assert.equal(meantArguments('lesson', ['3'], { npm_config_text: '' }), ['3', '--no-text'])
  assert.equal(meantArguments('kubectl', ['get', 'all'], { npm_config_all: 'true' }), ['get', 'all'])
})

test("kubectl's flags that npm kept are told, as their order is lost", () => {
  assert.equal(keptFromKubectl({ npm_config_o: 'wide', npm_config_a: 'true' }), ['-o wide', '-A'])
  assert.equal(keptFromKubectl({}), [])
})

test.run()
