import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { parsePath } from './located.ts'
import { objectsOf } from './parse.ts'
import { SourceFile } from './source-file.ts'

const test = suite('objects of a file')
const read = (text: string) => objectsOf(new SourceFile('a.yaml', text))
const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'
const codes = (text: string) =>
  read(text).findings.map(({ code, place }) => [code, place?.line, place?.column].join(':'))

test('scalars are what kubectl 1.32 makes of them', () => {
  const list =
    "[yes, y, n, off, 0777, 0o777, 12:30, 1_000, 2001-01-01, 1e3, .5, 0x1F, 0b11, ~, Null, +5, 08, =, 1.0, 190:20:30, 1e400, -0b1, 1_0.5, !!str 5, !!int '5', 0o8, 1., 0.10, 12e03, -.5, 1e3m, 'yes', \"1\", !!binary aGk=]"
  const [object] = read(`${head}d: ${list}\n`).objects
  assert.equal(object?.value.d, [
    true,
    true,
    false,
    false,
    511,
    511,
    '12:30',
    1000,
    '2001-01-01',
    1000,
    0.5,
    31,
    3,
    null,
    null,
    5,
    8,
    '=',
    1,
    '190:20:30',
    '1e400',
    -1,
    10.5,
    '5',
    5,
    '0o8',
    1,
    0.1,
    12000,
    -0.5,
    '1e3m',
    'yes',
    '1',
    'hi',
  ]) // prettier-ignore
})

test('several documents, empty ones between them, comments and Windows line ends are read', () => {
  const { objects, findings } = read(
    `# first\r\n${head.replaceAll('\n', '\r\n')}---\r\n---\r\n# nothing\r\n---\r\n${head}`,
  )
  assert.is(objects.length, 2)
  assert.equal(findings, [])
})

test('a byte order mark is no part of the text', () => {
  assert.is(read(`\uFEFF${head}`).objects[0]?.kind, 'ConfigMap')
})

test('JSON is read, also several values, with tabs, and knows its places', () => {
  const { objects } = read('{"apiVersion":"v1",\n\t"kind":"ConfigMap"}\n{"kind": "B"}')
  assert.equal(
    objects.map(({ kind }) => kind),
    ['ConfigMap', 'B'],
  )
  assert.is(objects[0]?.place(['kind']).column, 9)
  assert.is(objects[1]?.place(['kind']).line, 3)
})

test('YAML in braces is read, with a note, since not every kubectl does', () => {
  const { objects, findings } = read('{apiVersion: v1, kind: ConfigMap}')
  assert.is(objects[0]?.kind, 'ConfigMap')
  assert.equal(
    findings.map(({ code, level }) => [code, level]),
    [['yaml-in-braces', 'note']],
  )
})

test('JSON that is broken is refused, at the place', () => {
  assert.equal(codes('{"a": 1, "b": ]}'), ['json-syntax:1:15'])
  assert.equal(codes('{"a": 1 "b": 2}'), ['json-syntax:1:9'])
})

test('a List is taken apart, with places', () => {
  const { objects } = read(
    'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n- apiVersion: v1\n  kind: Service\n',
  )
  assert.equal(
    objects.map(({ kind }) => kind),
    ['Pod', 'Service'],
  )
  assert.is(objects[1]?.place(['kind']).line, 7)
})

test('anchors and merge keys work: own keys win, earlier maps win', () => {
  const { objects } = read(`x: &x {p: 1, q: 1}\ny: &y {q: 2, r: 2}\n${head}d: {<<: [*x, *y], p: 0}\ne: *x\n`)
  assert.equal(objects[0]?.value.d, { p: 0, q: 1, r: 2 })
  assert.equal(objects[0]?.value.e, { p: 1, q: 1 })
  assert.is(objects[0]?.place(['d', 'r']).line, 2)
})

test('the last of two equal keys wins, and the reader is told', () => {
  const { objects, findings } = read(`${head}data:\n  a: p\n  a: q\n`)
  assert.equal(objects[0]?.value.data, { a: 'q' })
  assert.equal(
    findings.map(({ code, level, place }) => [code, level, place?.line]),
    [['yaml-duplicate-key', 'note', 6]],
  )
})

test('__proto__ is a key like any other', () => {
  const [object] = read(`${head}data:\n  __proto__: x\n`).objects
  assert.equal(Object.keys(object?.value.data as object), ['__proto__'])
})

test('syntax errors have a code and a place', () => {
  assert.equal(codes('a:\n\tb: 1\n'), ['yaml-tab:2:1'])
  assert.equal(codes('a:\n  b: 1\n   c: 2\n'), ['yaml-indent:3:4'])
  assert.equal(codes('a:\n  b: 1\n c: 2\n'), ['yaml-indent:3:2'])
  assert.equal(codes('a: b: c\n'), ['yaml-colon:1:4'])
  assert.equal(codes('x: 1\na: "x\nb: 1\n'), ['yaml-quote:2:4'])
  assert.equal(codes('a: [1, 2\nb: 3\n'), ['yaml-bracket:2:1'])
  assert.equal(codes('a: @b\n'), ['yaml-start:1:4'])
  assert.equal(codes('a: *nope\n'), ['yaml-alias:1:4'])
  assert.equal(codes('key:value\nb: 1\n'), ['yaml-syntax:1:1'])
  assert.equal(codes('- b: 1\n c: 2\n'), ['yaml-indent:2:2'])
  assert.equal(codes('a: .inf\n'), ['yaml-value:1:4'])
  assert.equal(codes('? [a]\n: b\n'), ['yaml-key:1:3'])
  assert.equal(codes('<<: 5\n'), ['yaml-merge:1:5'])
})

test('one broken document does not hide the others', () => {
  const { objects, findings } = read(`${head}---\na: b: c\n---\n${head}`)
  assert.is(objects.length, 2)
  assert.is(findings.length, 1)
})

test('a file without an object says so', () => {
  for (const text of ['', '# only a comment\n', '---\n---\n']) assert.equal(codes(text), ['file-empty::'])
  assert.equal(codes('hello\n'), ['no-object:1:1'])
  assert.equal(codes('- a\n- b\n'), ['no-object:1:1'])
})

test('deep nesting and alias bombs are refused quickly', () => {
  assert.match(codes('['.repeat(100_000))[0] ?? '', /^yaml-depth:1/)
  assert.match(codes(`a: ${'{a: '.repeat(2000)}`)[0] ?? '', /^yaml-depth:1/)
  assert.match(codes('- '.repeat(3000))[0] ?? '', /^yaml-/)
  const bomb = ['a: &a [1,1,1,1,1,1,1,1,1]']
  for (let letter = 98; letter < 108; letter++) {
    const [name, last] = [String.fromCharCode(letter), String.fromCharCode(letter - 1)]
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${last}`).join(',')}]`)
  }
  assert.match(codes(bomb.join('\n'))[0] ?? '', /^yaml-alias-bomb/)
  assert.match(codes('a: &a\n  b: *a\n')[0] ?? '', /^yaml-(depth|alias)/)
})

test('a place is found by the path of a field, also where the field is missing', () => {
  const [object] = read(
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: server\n      image: x:1\n',
  ).objects
  const at = (path: string, on?: 'key') => {
    const place = object?.place(parsePath(path), on)
    return [place?.line, place?.column, place?.length]
  }
  assert.equal(at('spec.containers[0].image'), [8, 14, 3])
  assert.equal(at('spec.containers[0].image', 'key'), [8, 7, 5])
  assert.equal(at('spec.containers[0].ports[0].containerPort'), [7, 7, 12])
  assert.equal(at('spec.nodeName'), [5, 1, 4])
  assert.equal(at('status.phase'), [2, 1, 9])
  assert.equal(parsePath('metadata.labels[app.kubernetes.io/name]'), ['metadata', 'labels', 'app.kubernetes.io/name'])
})

test.run()
