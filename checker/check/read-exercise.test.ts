import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { given, incomplete, lesson, prediction } from '../lesson/index.ts'
import { readExercise } from './read-exercise.ts'

const test = suite('reading an exercise')
const root = mkdtempSync(path.join(tmpdir(), 'kbh-read-'))
test.after(() => rmSync(root, { recursive: true }))

const exercise = lesson({
  title: 'A test',
  minutes: 1,
  files: { 'a.yaml': incomplete, 'given.yaml': given },
  checks: [],
})
const config = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`

/** What is found in a folder with these files; what was handed out is the same for all. */
function read(files: Readonly<Record<string, string>>) {
  const [starter, folder] = [path.join(root, 'starter'), mkdtempSync(path.join(root, 'own-'))]
  mkdirSync(starter, { recursive: true })
  for (const [name, text] of Object.entries({ 'a.yaml': config('a'), 'given.yaml': config('given') }))
    writeFileSync(path.join(starter, name), text)
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  const { findings, manifests } = readExercise(exercise, folder, starter)
  return {
    findings: findings.map(({ level, code, file }) => `${level} ${code} ${file}`),
    names: manifests.map(({ name }) => name),
  }
}

test('a guess of yes or no is right, whether YAML reads a word or a truth value', () => {
  const guessed = lesson({
    title: 'A test',
    minutes: 1,
    files: { 'predict.yaml': prediction({ gone: { answer: 'no', because: 'so' } }) },
    checks: [],
  })
  for (const [written, right] of [
    ['no', true],
    ['"no"', true],
    ['No', true],
    ['yes', false],
  ] as const) {
    const folder = mkdtempSync(path.join(root, 'guess-'))
    writeFileSync(path.join(folder, 'predict.yaml'), `gone: ${written}\n`)
    const [found] = readExercise(guessed, folder, folder).predictions
    assert.is(found?.right, right, written)
    assert.is(String(found?.guess).toLowerCase(), right ? 'no' : 'yes')
  }
})

test('a guess that is none of those to choose from is noted with its place, and does not count; nor does one that cannot be read', () => {
  const guessed = lesson({
    title: 'A test',
    minutes: 1,
    files: {
      'predict.yaml': prediction({ gone: { answer: 'no', because: 'so' }, left: { answer: 2, because: 'so' } }),
    },
    checks: [],
  })
  const of = (text: string) => {
    const folder = mkdtempSync(path.join(root, 'guess-'))
    writeFileSync(path.join(folder, 'predict.yaml'), text)
    const { findings, predictions } = readExercise(guessed, folder, folder)
    return [
      ...findings.map(({ level, message, place }) => `${level} ${place?.line}:${place?.column} ${message}`),
      ...predictions.map(({ key, guess, right }) => `${key} ${guess} ${right}`),
    ]
  }
  assert.equal(of('gone: maybe\nleft: b\n'), [
    'note 1:7 a guess for gone is yes or no; "maybe" is none of them, and does not count',
    'note 2:7 a guess for left is 1, 2 or 3; "b" is none of them, and does not count',
  ])
  assert.equal(of('gone: no\nleft: "3"\n'), ['gone no true', 'left 3 false'])
  assert.equal(of('gone:\nleft:\n'), [])
  const [broken = '', ...more] = of('left: "2\n')
  assert.match(broken, /^note 1:\d+ /)
  assert.equal(more, [])
})

test('a file that was given and is not as it was is noted; line ends do not count', () => {
  const changed = read({ 'a.yaml': config('a'), 'given.yaml': config('other') })
  assert.equal(changed.findings, ['note given-changed given.yaml'])
  const same = read({ 'a.yaml': config('a'), 'given.yaml': config('given').replaceAll('\n', '\r\n') })
  assert.equal(same.findings, [])
})

test('what a file asks for may stand in another one; what stands nowhere is missing', () => {
  const joined = read({ 'all.yaml': `${config('a')}---\n${config('given')}` })
  assert.equal(joined, { findings: [], names: ['a', 'given'] })
  assert.equal(read({ 'given.yaml': config('given') }).findings, ['error file-missing a.yaml'])
})

test('a file of the learner’s own that is no manifest is left alone', () => {
  const { findings, names } = read({
    'a.yaml': config('a'),
    'given.yaml': config('given'),
    'notes.yaml': 'todo: sleep\n',
    'list.yaml': '- eat\n- sleep\n',
    'list.json': '[]\n',
    'later.yaml': '# nothing yet\n',
  })
  assert.equal({ findings, names }, { findings: [], names: ['a', 'given'] })
})

test.run()
