import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import { OpenApi, type Schema } from '../open-api.ts'
import { mergePatch, strategicPatch } from './three-way.ts'

const byName: Schema = {
  'x-kubernetes-patch-merge-key': 'name',
  'x-kubernetes-patch-strategy': 'merge',
  items: { properties: { name: {}, image: {}, args: { items: {} } } },
}
const schema: Schema = {
  properties: {
    spec: {
      properties: {
        replicas: {},
        containers: byName,
        finalizers: { 'x-kubernetes-patch-strategy': 'merge', items: {} },
        strategy: { 'x-kubernetes-patch-strategy': 'retainKeys', properties: { type: {}, rollingUpdate: {} } },
      },
    },
  },
}
type Spec = Record<string, unknown>
const patch = (original: Spec, modified: Spec, current: Spec) =>
  strategicPatch({ spec: original }, { spec: modified }, { spec: current }, schema, new OpenApi({})).spec

const test = suite('kubectl apply: three-way patch')

test('nothing to do is an empty patch', () => {
  const spec = { replicas: 3, containers: [{ name: 'a', image: 'x' }] }
  assert.is(patch(spec, spec, { ...spec, more: 'of the server' }), undefined)
})

test('what the file says is set; what it said before and no more is removed; the rest stays', () => {
  assert.equal(patch({ a: 1, b: 2 }, { a: 5 }, { a: 1, b: 2, c: 3 }), { a: 5, b: null })
})

test('what others have removed already is not removed again', () => {
  assert.is(patch({ a: 1, b: 2 }, { a: 1 }, { a: 1 }), undefined)
})

test('a drifted value comes back', () => {
  assert.equal(patch({ replicas: 3 }, { replicas: 3 }, { replicas: 9 }), { replicas: 3 })
})

test('list items are told apart by their merge key', () => {
  const original = [
    { name: 'a', image: '1' },
    { name: 'gone', image: '1' },
  ]
  const modified = [
    { name: 'a', image: '2' },
    { name: 'new', image: '1' },
  ]
  const current = [...original, { name: 'injected', image: '9' }]
  assert.equal(patch({ containers: original }, { containers: modified }, { containers: current }), {
    containers: [
      { name: 'a', image: '2' },
      { name: 'new', image: '1' },
      { name: 'gone', $patch: 'delete' },
    ],
    '$setElementOrder/containers': [{ name: 'a' }, { name: 'new' }],
  })
})

test('lists without a key are replaced, sets of plain values merge', () => {
  assert.equal(patch({ args: ['a'] }, { args: ['b'] }, { args: ['a'] }), { args: ['b'] })
  assert.equal(patch({ finalizers: ['a', 'b'] }, { finalizers: ['b', 'c'] }, { finalizers: ['a', 'b', 'x'] }), {
    '$deleteFromPrimitiveList/finalizers': ['a'],
    finalizers: ['c'],
    '$setElementOrder/finalizers': ['b', 'c'],
  })
})

test('a strategy that changes drops the keys of the old one', () => {
  const current = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } }
  assert.equal(patch({}, { strategy: { type: 'Recreate' } }, current), {
    strategy: { type: 'Recreate', $retainKeys: ['type'] },
  })
})

test('without a schema, lists are replaced whole', () => {
  assert.equal(mergePatch({}, { l: [{ name: 'a' }] }, { l: [{ name: 'b' }] }), { l: [{ name: 'a' }] })
})

test.run()
