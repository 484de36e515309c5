import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import type { JsonMap } from '../files/located.ts'
import { lastAppliedOf, withLastApplied } from './last-applied.ts'
import { mergeRulesOf } from './merge-rules.ts'
import { sameJson, threeWayMerge } from './three-way.ts'

const test = suite('three-way apply')
const rules = mergeRulesOf('apps/v1', 'Deployment')
const spec = (value: JsonMap): JsonMap => ({ spec: value })
const container = (value: JsonMap): JsonMap => spec({ template: { spec: { containers: [value] } } })

test('what others set stays, what the file says wins, what it says no more goes', () => {
  const merged = threeWayMerge(
    spec({ replicas: 2, paused: true }),
    spec({ replicas: 3 }),
    spec({ replicas: 5, paused: true, revisionHistoryLimit: 10 }),
    rules,
  )
  assert.equal(merged, spec({ replicas: 3, revisionHistoryLimit: 10 }))
})

test('replicas that the file never named are left to whoever scales', () => {
  assert.equal(threeWayMerge(spec({}), spec({}), spec({ replicas: 7 }), rules), spec({ replicas: 7 }))
})

test('containers merge by name: a sidecar of another stays, one that the file drops goes', () => {
  const list = (...names: string[]) => spec({ template: { spec: { containers: names.map((name) => ({ name })) } } })
  assert.equal(threeWayMerge(list('a', 'b'), list('a'), list('a', 'b', 'mesh'), rules), list('a', 'mesh'))
})

test('what others put before an item of the file stays before it', () => {
  const list = (...names: string[]) => spec({ template: { spec: { containers: names.map((name) => ({ name })) } } })
  assert.equal(threeWayMerge(list('a'), list('a'), list('mesh', 'a'), rules), list('mesh', 'a'))
})

test('defaults that the server filled into an item stay', () => {
  const live = container({ name: 'a', image: 'x:1', imagePullPolicy: 'IfNotPresent' })
  const merged = threeWayMerge(
    container({ name: 'a', image: 'x:1' }),
    container({ name: 'a', image: 'x:2' }),
    live,
    rules,
  )
  assert.equal(merged, container({ name: 'a', image: 'x:2', imagePullPolicy: 'IfNotPresent' }))
})

test('lists without a merge key are replaced', () => {
  const merged = threeWayMerge(
    container({ name: 'a', command: ['x', 'y'] }),
    container({ name: 'a', command: ['z'] }),
    container({ name: 'a', command: ['x', 'y'] }),
    rules,
  )
  assert.equal(merged, container({ name: 'a', command: ['z'] }))
})

test('a strategy drops what belongs to the other one', () => {
  const live = spec({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } })
  const next = spec({ strategy: { type: 'Recreate' } })
  assert.equal(threeWayMerge(spec({}), next, live, rules), next)
})

test('the annotation is what kubectl writes, and is read back', () => {
  const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, data: { b: '1' } }
  const sent = withLastApplied(object, 'x') as { metadata: { annotations: Record<string, string> } }
  assert.is(
    Object.values(sent.metadata.annotations)[0],
    '{"apiVersion":"v1","data":{"b":"1"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"a","namespace":"x"}}\n',
  )
  assert.equal(lastAppliedOf(sent)?.data, { b: '1' })
  assert.ok(sameJson({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }))
  assert.not.ok(sameJson({ a: 1 }, { a: 1, b: 1 }))
})

test.run()
