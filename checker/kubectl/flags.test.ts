import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { type Flag, parseArguments, parseDuration } from './flags.ts'

const flags: readonly Flag[] = [
  { name: 'namespace', short: 'n', type: 'text' },
  { name: 'watch', short: 'w', type: 'on' },
  { name: 'filename', short: 'f', type: 'list' },
  { name: 'replicas', type: 'number' },
  { name: 'timeout', type: 'duration' },
  { name: 'dry-run', type: 'text', bare: 'unchanged' },
]
const parse = (...argv: string[]) => parseArguments(argv, () => flags)

const test = suite('kubectl flags')

test('a value may follow after a space, an equals sign, or directly behind a short flag', () => {
  for (const form of [['-n', 'x'], ['-nx'], ['-n=x'], ['--namespace', 'x'], ['--namespace=x']]) {
    const args = parse('get', ...form, 'pods')
    assert.equal([args.text('namespace'), args.words], ['x', ['get', 'pods']], form.join(' '))
  }
})

test('flags that say yes take a value only after an equals sign', () => {
  assert.equal([parse('-w', 'pods').on('watch'), parse('-w', 'pods').words], [true, ['pods']])
  assert.is(parse('--watch=false').on('watch', true), false)
  assert.is(parse('--dry-run').text('dry-run'), 'unchanged')
  assert.is(parse('--dry-run=client').text('dry-run'), 'client')
})

test('short flags may be joined, the last one with its value', () => {
  const args = parse('-wnx', '-f', 'a', '-f', 'b')
  assert.equal([args.on('watch'), args.text('namespace'), args.list('filename')], [true, 'x', ['a', 'b']])
})

test('what stands after two dashes is left alone', () => {
  assert.equal(
    [parse('run', '--', '-n', 'x').rest, parse('run', '--', '-n', 'x').has('namespace')],
    [['-n', 'x'], false],
  )
})

test('an unknown flag, a missing or an impossible value is an error', () => {
  assert.throws(() => parse('get', '--foo'), /^unknown flag: --foo\nSee 'kubectl get --help' for usage\.$/)
  assert.throws(() => parse('get', '-qn'), /unknown shorthand flag: 'q' in -qn/)
  assert.throws(() => parse('get', '-n'), /flag needs an argument/)
  assert.throws(() => parse('scale', '--replicas=two'), /invalid argument "two" for "--replicas" flag/)
  assert.throws(() => parse('wait', '--timeout=soon'), /invalid argument "soon"/)
})

test('durations are as Go writes them, or seconds', () => {
  assert.equal(['90s', '1m30s', '500ms', '2h', '7'].map(parseDuration), [90_000, 90_000, 500, 7_200_000, 7_000])
  assert.equal(['', 'x', '5 s', '1d'].map(parseDuration), [undefined, undefined, undefined, undefined])
})

test.run()
