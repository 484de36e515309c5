import * as assert from 'uvu/assert'
import { humanDuration } from '../../../cluster/apimachinery/duration.ts'
import { suite } from '../../../test/harness/suite.ts'
import { customColumns } from './custom-columns.ts'
import { queryPath, renderTemplate } from './json-path.ts'
import { toJson, toYaml } from './serialize.ts'
import { alignTabs } from './tab-writer.ts'
import { alignTable, tableLines } from './table.ts'

const pod = {
  metadata: { name: 'web', annotations: { 'a.b/c': 'yes' }, labels: { 'app.kubernetes.io/name': 'x' } },
  spec: {
    containers: [
      { name: 'a', image: 'a:1' },
      { name: 'b', image: 'b:2' },
    ],
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Other', status: 'False' },
    ],
    restarts: 3,
  },
}
const list = { items: [pod, { ...pod, metadata: { name: 'db' } }] }

const test = suite('kubectl output')

test('a template prints what its paths find, and nothing for what is missing', () => {
  assert.is(renderTemplate('{.metadata.name}', pod), 'web')
  assert.is(renderTemplate('{.items[*].metadata.name}', list), 'web db')
  assert.is(renderTemplate('{.nope}|{.spec.nope[0]}', pod), '|')
  assert.is(renderTemplate('name={.metadata.name}{"\\n"}', pod), 'name=web\n')
  assert.is(renderTemplate('{.spec.containers[1].image}', pod), 'b:2')
  assert.is(renderTemplate('{.spec.containers[0]}', pod), '{"image":"a:1","name":"a"}')
  assert.is(renderTemplate('{.status.restarts}', pod), '3')
})

test('filters, escaped dots and brackets', () => {
  assert.is(renderTemplate('{.status.conditions[?(@.type=="Ready")].status}', pod), 'True')
  assert.is(renderTemplate('{.metadata.annotations.a\\.b/c}', pod), 'yes')
  assert.is(renderTemplate("{.metadata.labels['app\\.kubernetes\\.io/name']}", pod), 'x')
})

test('a range repeats its body, also within another', () => {
  const text = '{range .items[*]}{.metadata.name}:{range .spec.containers[*]}{" "}{.name}{end}{"\\n"}{end}'
  assert.is(renderTemplate(text, list), 'web: a b\ndb: a b\n')
  assert.throws(() => renderTemplate('{range .items[*]}x', list), /unclosed action/)
  assert.throws(() => renderTemplate('{.a', list), /unclosed action/)
  assert.throws(() => renderTemplate('{end}', list), /nothing to end/)
})

test('a path may be written without braces and without its dot', () => {
  assert.equal([queryPath('metadata.name', pod), queryPath('{.metadata.name}', pod)], [['web'], ['web']])
})

test("columns of one's own", () => {
  assert.is(
    customColumns('NAME:.metadata.name,IMAGES:.spec.containers[*].image,X:.nope', [pod], true),
    'NAME   IMAGES    X\nweb    a:1,b:2   <none>\n',
  )
  assert.throws(() => customColumns('NAME', [pod], true), /unexpected custom-columns spec: NAME/)
})

test('tables: wide columns only when asked for, namespaces and labels where wanted', () => {
  const columns = [
    { name: 'Name', type: 'string' },
    { name: 'IP', type: 'string', priority: 1 },
  ]
  const rows = [{ cells: ['web', '10.0.0.1'], object: { metadata: { namespace: 'default', labels: { a: 'b' } } } }]
  const plain = { wide: false, headers: true, namespaces: false, labels: false, labelColumns: [], prefix: '' }
  assert.equal(tableLines(columns, rows, plain), ['NAME', 'web'])
  const much = { ...plain, wide: true, namespaces: true, labels: true, labelColumns: ['a', 'z'], prefix: 'pod/' }
  assert.equal(tableLines(columns, rows, much), [
    'NAMESPACE\tNAME\tIP\tA\tZ\tLABELS',
    'default\tpod/web\t10.0.0.1\tb\t\ta=b',
  ])
  assert.is(alignTable(['A\tB', 'long-name\tx']), 'A           B\nlong-name   x\n')
})

test('a column reaches over neighbouring lines only', () => {
  assert.is(alignTabs('a:\tx\nlonger:\ty\nplain\nb:\tz\n'), 'a:       x\nlonger:  y\nplain\nb:  z\n')
})

test('YAML and JSON as kubectl prints them', () => {
  assert.is(
    toYaml({ b: ['x'], a: { z: 'yes', y: '1', t: '2026-01-01T00:00:00Z' } }),
    'a:\n  t: "2026-01-01T00:00:00Z"\n  "y": "1"\n  z: "yes"\nb:\n- x\n',
  )
  assert.is(toJson({ b: 1, a: '<x>' }), '{\n    "a": "\\u003cx\\u003e",\n    "b": 1\n}\n')
})

test('ages as kubectl shows them', () => {
  const seconds = [0, 59, 119, 120, 150, 601, 3 * 3600, 3 * 3600 + 60, 9 * 3600, 49 * 3600, 9 * 86_400, 800 * 86_400]
  const texts = ['0s', '59s', '119s', '2m', '2m30s', '10m', '3h', '3h1m', '9h', '2d1h', '9d', '2y70d']
  assert.equal(
    seconds.map((count) => humanDuration(count * 1000)),
    texts,
  )
})

test.run()
