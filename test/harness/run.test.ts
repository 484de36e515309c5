/** The harness proves itself: `test/run.ts` is run over small trees of test files, and must fail where uvu alone would not. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from './suite.ts'

const test = suite('the harness')

let root = ''
test.before.each(() => {
  root = mkdtempSync(path.join(tmpdir(), 'harness-'))
})
test.after.each(() => rmSync(root, { recursive: true, force: true }))

const suiteFile = JSON.stringify(pathToFileURL(fileURLToPath(new URL('./suite.ts', import.meta.url))).href)

/** Runs one test file, written around `body`, as `npm test` would. */
function run(body: string | undefined) {
  mkdirSync(path.join(root, 'test'))
  writeFileSync(path.join(root, 'package.json'), '{"type": "module"}')
  if (body !== undefined) {
    writeFileSync(path.join(root, 'test', 'one.test.ts'), `import { suite } from ${suiteFile}\n${body}\n`)
  }
  const runner = fileURLToPath(new URL('../run.ts', import.meta.url))
  const words = ['--import', import.meta.resolve('tsx'), runner]
  const { status, stdout } = spawnSync(process.execPath, words, {
    encoding: 'utf8',
    env: { ...process.env, TEST_ROOT: root },
  })
  return { status, stdout, last: stdout.trim().split('\n').at(-1) }
}

test('a test that passes is counted', () => {
  const { status, last } = run(`const test = suite('s'); test('t', () => {}); test.run()`)
  assert.equal([status, last], [0, '1 passed, 0 failed'])
})

test('a test that throws fails the run', () => {
  const { status, stdout, last } = run(
    `const test = suite('s'); test('t', () => { throw new Error('no') }); test.run()`,
  )
  assert.equal([status, last], [1, '0 passed, 1 failed'])
  assert.match(stdout, /one\.test\.ts › s › t\nError: no/)
})

test('what an assertion expected and found is told', () => {
  const assertions = JSON.stringify(import.meta.resolve('uvu/assert'))
  const { stdout } = run(
    `import * as assert from ${assertions}; const test = suite('s'); test('t', () => assert.equal({ a: 1 }, { a: 2 })); test.run()`,
  )
  assert.match(stdout, /one\.test\.ts › s › t\nAssertion: [\s\S]*--··"a":·1[\s\S]*\+\+··"a":·2/)
})

for (const hook of ['before', 'after', 'before.each', 'after.each']) {
  test(`a throwing ${hook} fails the run`, () => {
    const { status, stdout } = run(
      `const test = suite('s'); test.${hook}(() => { throw new Error('hook') }); test('t', () => {}); test.run()`,
    )
    assert.is(status, 1)
    assert.match(stdout, /Error: hook/)
  })
}

test('a suite that is never run fails the run', () => {
  const { status, stdout } = run(`const test = suite('forgotten'); test('t', () => {})`)
  assert.is(status, 1)
  assert.match(stdout, /declared but never run: forgotten/)
})

test('a test that never settles fails the run', () => {
  const { status, stdout } = run(
    `const test = suite('s', { deadline: 50 }); test('t', () => new Promise(() => {})); test.run()`,
  )
  assert.is(status, 1)
  assert.match(stdout, /"t" has not ended after 50 ms/)
})

test('a file that cannot be loaded fails the run', () => {
  const { status, stdout } = run(`throw new Error('at load')`)
  assert.is(status, 1)
  assert.match(stdout, /at load/)
})

test('a process that ends early fails the run', () => {
  const { status, stdout } = run(`const test = suite('s'); test('t', () => process.exit(0)); test.run()`)
  assert.is(status, 1)
  assert.match(stdout, /its process ended early/)
})

test('a file without tests fails the run', () => {
  const { status, stdout } = run(`suite`)
  assert.is(status, 1)
  assert.match(stdout, /declares no test/)
})

test('a skipped test is counted as such', () => {
  const { status, last } = run(`const test = suite('s'); test.skip('t'); test('u', () => {}); test.run()`)
  assert.equal([status, last], [0, '1 passed, 0 failed, 1 skipped'])
})

test('an empty run fails', () => {
  const { status, stdout } = run(undefined)
  assert.is(status, 1)
  assert.match(stdout, /no test was found/)
})

test.run()
