import { readFile } from 'node:fs/promises'
import { stripVTControlCharacters } from 'node:util'
import { Ajv } from 'ajv'
import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import type { ExerciseResult } from '../check/result.ts'
import { compareObjects } from '../diff/by-meaning.ts'
import { objectsOf } from '../files/parse.ts'
import { SourceFile } from '../files/source-file.ts'
import { check, lesson, passed } from '../lesson/index.ts'
import { missed, untried } from '../live/outcome.ts'
import { catalogue, finding } from '../messages/catalogue.ts'
import { findingText } from './finding-text.ts'
import { jsonReport } from './json.ts'
import { junit } from './junit.ts'
import { leftAndRight, wrap } from './layout.ts'
import { renderLesson, withoutPictures } from './lesson-text.ts'
import { Screen } from './screen.ts'
import stringWidth from './string-width.ts'

const test = suite('what the learner reads')
const plain = (text: string) => stripVTControlCharacters(text)

test('a finding has its place, its line and a caret below the very characters', () => {
  const source = new SourceFile('a.yaml', 'spec:\n  port: 80\n')
  const text = plain(findingText(finding('yaml-colon', {}, { place: source.placeAt(8, 12) })))
  const [, , , line = '', caret = ''] = text.split('\n')
  assert.match(text, /✗ a\.yaml:2:3 {2}a second/)
  assert.is(caret.indexOf('^'), line.indexOf('port'))
  assert.match(caret, /\^{4}$/)
})

test('every message of the catalogue has words, and no finding is wider than 80 columns', () => {
  for (const [code, words] of Object.entries(catalogue)) {
    const params = new Proxy({}, { get: (_target, key) => (key === Symbol.toPrimitive ? undefined : 'some words') })
    const text = (words as (params: object) => string)(params)
    assert.ok(text.length > 10, code)
    assert.match(code, /^[a-z]+(-[a-z0-9]+)*$/)
    for (const line of plain(findingText({ code, level: 'error', message: text, more: [text], file: 'a.yaml' })).split(
      '\n',
    )) {
      assert.ok(stringWidth(line) <= 80, line)
    }
  }
})

test('long lines of a file are cut around the caret', () => {
  const source = new SourceFile('a.yaml', `${'x'.repeat(300)}Y${'z'.repeat(300)}`)
  const text = plain(findingText(finding('yaml-start', {}, { place: source.placeAt(300) })))
  const lines = text.split('\n')
  const at = lines.find((line) => line.includes('Y')) ?? ''
  assert.is(lines.find((line) => line.includes('^'))?.indexOf('^'), at.indexOf('Y'))
  for (const line of lines) assert.ok(stringWidth(line) <= 80, line)
})

test('left and right share a line where there is room', () => {
  assert.is(leftAndRight('a', 'b', 10), 'a        b')
  assert.is(leftAndRight('aaaaaa', 'bbbbb', 10), 'aaaaaa\n      bbbbb')
  assert.is(wrap('aa bb cc', 2, 7), '  aa bb\n  cc')
})

test('JUnit has a case for the files and each check, and escapes what XML takes for its own', () => {
  const result = {
    id: '03-x',
    title: 'A <b> & "c"',
    findings: [],
    checks: [
      { title: 'yes', milliseconds: 5, outcome: { verdict: 'passed', measured: '3' } },
      {
        title: 'no',
        milliseconds: 5,
        outcome: { verdict: 'missed', code: 'live-absent', measured: '<none>', evidence: [] },
      },
      { title: 'later', milliseconds: 0, outcome: { verdict: 'untried', measured: 'not tried' } },
    ],
    milliseconds: 10,
  } as unknown as ExerciseResult
  const xml = junit([result])
  assert.match(xml, /tests="4" failures="1" errors="0" skipped="1"/)
  assert.match(xml, /A &lt;b&gt; &amp; &quot;c&quot;/)
  assert.match(xml, /<failure type="live-absent">&lt;none&gt;<\/failure>/)
})

test('a report for programs is what its schema says, and another one is not', async () => {
  const source = new SourceFile('a.yaml', 'spec:\n  port: 80\n')
  const schema = JSON.parse(await readFile(new URL('./report.schema.json', import.meta.url), 'utf8')) as object
  const valid = new Ajv({ allErrors: true }).compile(schema)
  const result: ExerciseResult = {
    id: '04-x/y',
    title: 'A title',
    cluster: 'practice cluster',
    namespace: 'lesson-04',
    files: ['a.yaml'],
    findings: [
      finding('yaml-colon', {}, { place: source.placeAt(8, 12) }),
      finding('file-missing', {}, { file: 'b.yaml', level: 'note' }),
    ],
    changes: [{ object: { apiVersion: 'v1', kind: 'Service', name: 'a', uid: '1' }, action: 'created' }],
    checks: [
      { title: 'yes', milliseconds: 5, outcome: passed('3 of 3', ['more']), read: 'The idea' },
      { title: 'no', milliseconds: 5, outcome: missed('live-absent', { what: 'a', namespace: 'b' }) },
      { title: 'later', milliseconds: 0, outcome: untried('not tried') },
    ],
    predictions: [{ key: 'a', guess: 1, answer: 2, right: false, because: 'so' }],
    fault: { code: 'cluster-unreachable', message: 'm', more: [] },
    verdict: 'cluster',
    milliseconds: 10.5,
  }
  const report = JSON.parse(JSON.stringify(jsonReport('cluster', [result]))) as { exercises: object[] }
  assert.ok(valid(report), JSON.stringify(valid.errors))
  assert.not.ok(valid({ ...report, verdict: 'fine' }))
  assert.not.ok(valid({ ...report, exercises: [{ ...report.exercises[0], surprise: 1 }] }))
})

test('what really happens is told beside a guess when the checks pass, and not before', () => {
  const words = (verdict: ExerciseResult['verdict']) => {
    let text = ''
    const out = { write: (more: string) => (text += more), isTTY: false } as unknown as NodeJS.WriteStream
    const names = { number: '4', title: 'T', cluster: 'c', namespace: 'n', text: 't', words: ' 4' }
    const screen = new Screen({ ...names, next: undefined, proved: undefined, hasHint: () => false }, out)
    const parts = {
      id: 'x',
      title: 'T',
      cluster: 'c',
      namespace: 'n',
      files: [],
      findings: [],
      changes: [],
      checks: [],
    }
    const predictions = [{ key: 'a', guess: 1, answer: 2, right: false, because: 'so' }]
    screen.finish({ ...parts, predictions, verdict, milliseconds: 1 })
    return plain(text)
  }
  assert.match(words('passed'), /your guess was 1; what happens is 2 \(so\)/)
  assert.match(words('not-passed'), /your guess is 1; the outcome/)
  assert.not.match(words('not-passed'), /2 \(so\)/)
})

test('a table is as wide as the screen at most: its texts are wrapped at spaces, and no word is lost', () => {
  const wide = ['far', 'very', 'deployment.kubernetes.io/revision'].map((word) => `${word} and on and on `.repeat(3))
  const lines = plain(renderLesson(`| a | b | c |\n|---|---|---|\n| ${wide.join('|')} |\n`)).split('\n')
  assert.ok(
    lines.every((line) => line.length <= 80),
    lines.join('\n'),
  )
  assert.match(lines.join('\n'), 'deployment.kubernetes.io/revision')
  const colons = plain(renderLesson('| `a: 1` |\n|---|\n| *b:* c: `d: 2` |\n'))
  assert.match(colons, /a: 1[\s\S]*b: c: d: 2/)
  const small = plain(renderLesson('| name | b |\n|---|---|\n| one | *two* |\n'))
  assert.match(small, /^┌──────┬─────┐\n│ name │ b {3}│\n.*\n│ one {2}│ two │\n/)
})

test('pictures of a text give way to their captions; code in a list is rendered', () => {
  assert.is(withoutPictures('a\n```mermaid\nx\n```\n\n*In words.*\n'), 'a\n\n*In words.*\n')
  assert.match(withoutPictures('a\n```mermaid\nx\n```\n\nb\n'), /has a picture/)
  const text = plain(renderLesson('# T\n\n- `replicas`: how **many**\n'))
  assert.match(
    plain(renderLesson('- labels `app: shop`\n  1. `image: a:1.0`, **so: it**\n')),
    /app: shop\n.*image: a:1\.0, so: it/,
  )
  assert.match(text, /replicas: how many/)
})

test('long items of a list stay within the columns, below where their text begins', () => {
  const text = plain(renderLesson(`- ${'word '.repeat(30)}\n\n1. ${'number '.repeat(20)}\n`))
  for (const line of text.split('\n')) assert.ok(stringWidth(line) <= 80, line)
  assert.match(text, /^ {2}\* word.*\n {4}word/m)
  assert.match(text, /^ {2}1\. number.*\n {5}number/m)
})

test('a list within a numbered list is not counted with it', () => {
  const text = plain(renderLesson('1. one\n2. two, *so* that\n   - `a`,\n   - b.\n3. three\n\nAfter.\n'))
  assert.match(text, /^ {2}1\. one\n {2}2\. two, so that\n {5}\* a,\n {5}\* b\.\n {2}3\. three\n\nAfter/m)
  assert.match(plain(renderLesson('Before\n\n- a\n- b\n')), /Before\n\n {2}\* a\n {2}\* b\n/)
})

test('two manifests are compared by what they mean', () => {
  const objects = (text: string) => objectsOf(new SourceFile('a.yaml', text)).objects
  const pod = (cpu: string, image = 'a:1') =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: s, image: "${image}", resources: {limits: {cpu: ${cpu}}}}]}\n`
  assert.is(compareObjects(objects(pod('500m')), objects(pod('0.5')))[0]?.state, 'same')
  assert.equal(compareObjects(objects(pod('1', 'a:2')), objects(pod('1')))[0]?.differences, [
    { field: 'spec.containers[0].image', mine: 'a:2', theirs: 'a:1' },
  ])
  assert.is(compareObjects([], objects(pod('1')))[0]?.state, 'only-theirs')
})

test('a lesson whose hints or needs name nothing is refused', () => {
  const probe = async () => passed('yes')
  const make = (hints: object, needs?: string) =>
    lesson({
      title: 't',
      minutes: 1,
      files: {},
      checks: [check('it works', probe, needs ? { needs } : {})],
      hints: hints as never,
    })
  assert.is(make({ 'it works': ['a', 'b', 'c'] }).checks.length, 1)
  assert.throws(() => make({ 'It does not': ['a', 'b', 'c'] }), /no check is called so/)
  assert.throws(() => make({}, 'something else'), /no check above/)
})

test.run()
