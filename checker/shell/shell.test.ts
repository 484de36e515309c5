import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { commandArguments } from './arguments.ts'
import { installedKubectl } from './installed-kubectl.ts'
import { chooseKubectl } from './kubectl-choice.ts'
import { learnerEnvironment, learnerShell } from './learner-shell.ts'
import { writeShims } from './shim.ts'

const test = suite('npm run shell')
const posix = process.platform !== 'win32'
let folder: string

test.before.each(() => {
  folder = mkdtempSync(path.join(tmpdir(), "shell test's-"))
})
test.after.each(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** A kubectl that tells a version, and otherwise what it was called with. */
function fakeKubectl(place: string, version: string): string {
  const bin = path.join(folder, place)
  mkdirSync(bin, { recursive: true })
  const json = JSON.stringify({ clientVersion: { gitVersion: version } })
  const file = path.join(bin, 'kubectl')
  const script = `#!/bin/sh\nif [ "$1" = version ]; then echo '${json}'; exit 0; fi\necho "fake ${version}: $*; KUBECONFIG=$KUBECONFIG"\n`
  writeFileSync(file, script)
  chmodSync(file, 0o755)
  return bin
}

function output(file: string, args: readonly string[], env: NodeJS.ProcessEnv, stdin = ''): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env, cwd: folder }, (_, stdout) => resolve(stdout))
    // one that reads nothing may be gone already
    child.stdin?.on('error', () => {}).end(stdin)
  })
}

if (!posix) test.skip('fake programs here are shell scripts')
else {
  test('the first kubectl on the PATH is found with its version', async () => {
    const PATH = [path.join(folder, 'nothing'), fakeKubectl('a', 'v1.32.4'), fakeKubectl('b', 'v1.30.0'), '/bin'].join(
      ':',
    )
    const found = await installedKubectl({ PATH })
    assert.equal(found, { file: path.join(folder, 'a', 'kubectl'), version: '1.32', usable: true })
  })

  test('one that is too old is not used, and it is said why', async () => {
    const PATH = `${fakeKubectl('old', 'v1.28.9')}:/bin`
    const { installed, words } = await chooseKubectl({ PATH }, path.join(folder, 'shims'))
    assert.is(installed, undefined)
    assert.match(words, /the workbook's own small one: .*old\/kubectl is 1\.28, and 1\.29 is needed/)
    assert.match((await chooseKubectl({ PATH: folder }, folder)).words, 'none is installed')
    const exact = await chooseKubectl(
      { PATH: `${fakeKubectl('new', 'v1.29.0-gke.1')}:/bin` },
      path.join(folder, 'shims'),
    )
    assert.is(exact.installed?.version, '1.29')
  })

  test('a shim of ours is passed over, and so is a kubectl that does not run', async () => {
    const shims = path.join(folder, 'shell')
    const broken = fakeKubectl('broken', 'x')
    const PATH = [fakeKubectl('shell/lesson-03/bin', 'v1.99.0'), broken, fakeKubectl('own', 'v1.31.0'), '/bin'].join(
      ':',
    )
    assert.is((await installedKubectl({ PATH }, shims))?.file, path.join(folder, 'own', 'kubectl'))
  })

  test("the shim passes the lesson's kubeconfig, whatever KUBECONFIG says", async () => {
    const kubeconfig = path.join(folder, 'kube config')
    const real = path.join(fakeKubectl('a', 'v1.32.4'), 'kubectl')
    const bin = writeShims(folder, { file: real, args: [] }, kubeconfig)
    const said = await output('kubectl', ['get', 'pods', '-l', 'a b'], {
      PATH: `${bin}:/bin`,
      KUBECONFIG: '/production',
    })
    assert.is(said, `fake v1.32.4: --kubeconfig=${kubeconfig} get pods -l a b; KUBECONFIG=${kubeconfig}\n`)
  })

  test('start-up files that change PATH and KUBECONFIG do not get past it', async () => {
    const kubeconfig = path.join(folder, 'kubeconfig')
    const production = fakeKubectl('production', 'v1.33.0')
    const bin = writeShims(folder, { file: path.join(fakeKubectl('a', 'v1.32.4'), 'kubectl'), args: [] }, kubeconfig)
    const home = path.join(folder, 'home')
    mkdirSync(home)
    const startup = `PATH=${JSON.stringify(production)}:$PATH\nexport KUBECONFIG=/production\nMARK=read\nalias kubectl='kubectl --context production'\n`
    for (const name of ['.bashrc', '.zshrc']) writeFileSync(path.join(home, name), startup)
    let tried = 0
    for (const shell of ['/bin/bash', '/bin/zsh', '/usr/bin/zsh'].filter(existsSync)) {
      const env = { PATH: '/usr/bin:/bin', HOME: home, SHELL: shell }
      const start = learnerShell(env, bin, kubeconfig, path.join(folder, 'start'))
      const said = await output(
        start.file,
        start.args,
        { ...learnerEnvironment(env, kubeconfig, bin), ...start.env },
        'echo "$MARK $KUBECONFIG"; kubectl get pods\nexit\n',
      )
      assert.match(said, `read ${kubeconfig}`)
      assert.match(said, `fake v1.32.4: --kubeconfig=${kubeconfig} get pods;`)
      tried += 1
    }
    assert.ok(tried > 0, 'no shell to try')
  })

  test('a Windows shim says the same in a batch file', () => {
    const bin = writeShims(folder, { file: 'C:\\Program Files\\kubectl.exe', args: [] }, 'C:\\100% mine\\kubeconfig')
    const text = readFileSync(path.join(bin, 'kubectl.cmd'), 'utf8')
    assert.match(text, '"C:\\Program Files\\kubectl.exe" "--kubeconfig=C:\\100%% mine\\kubeconfig" %*\r\n')
  })
}

test("the environment is the learner's, without what npm put into it", () => {
  const bin = path.join('x', 'bin')
  const PATH = [path.join('work', 'node_modules', '.bin'), 'own'].join(path.delimiter)
  const env = learnerEnvironment(
    { PATH, npm_config_prefix: '/x', INIT_CWD: '/y', HOME: '/home/me', KUBECONFIG: '/prod' },
    '/lesson',
    bin,
  )
  assert.equal(env, { PATH: [bin, 'own'].join(path.delimiter), HOME: '/home/me', KUBECONFIG: '/lesson' })
})

test('PowerShell and fish get their own words; an unknown shell is started as it is', () => {
  const start = (SHELL: string) => learnerShell({ SHELL }, '/b', '/k', folder)
  assert.match(String(start('/usr/bin/fish').args), "set -gx PATH '/b' $PATH")
  assert.match(String(start('/usr/bin/pwsh').args), "$env:PATH = '/b' + [IO.Path]::PathSeparator + $env:PATH")
  assert.equal(start('/bin/dash'), { file: '/bin/dash', args: [], env: {} })
})

test("--context is told from the lesson's words", () => {
  assert.equal(commandArguments(['3', '--context', 'kind-kind']), { words: ['3'], context: 'kind-kind' })
  assert.equal(commandArguments(['--context=practice']), { words: [], context: 'practice' })
})

test.run()
