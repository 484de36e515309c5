import * as assert from 'uvu/assert'
import { strategicMerge } from '../../cluster/apiserver/registry/strategic-merge.ts'
import { typeOf } from '../../cluster/apiserver/schema/schema.ts'
import { suite } from '../../test/harness/suite.ts'
import { lastAppliedOf, withLastApplied } from './last-applied.ts'
import { threeWayPatch } from './three-way.ts'

const test = suite('three-way apply')
type Spec = Record<string, unknown>

/** The patch of a Deployment's spec. */
const patch = (last: Spec, next: Spec, live: Spec) =>
  threeWayPatch(DEPLOYMENT, { last: { spec: last }, next: { spec: next }, live: { spec: live } })?.body.spec
/** What the server has afterwards. */
const outcome = (last: Spec, next: Spec, live: Spec) =>
  strategicMerge(live, (patch(last, next, live) ?? {}) as Spec, specType)
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' }
const specField = typeOf('apps/v1 Deployment')?.fields.get('spec')?.type
const specType = specField?.is === 'object' ? specField.type : undefined

const pod = (value: Spec): Spec => ({ template: { spec: value } })
const containers = (...list: (string | Spec)[]): Spec =>
  pod({ containers: list.map((item) => (typeof item === 'string' ? { name: item } : item)) })

test('nothing to do is no patch', () => {
  const spec = { replicas: 3, ...containers({ name: 'a', image: 'x' }) }
  assert.is(patch(spec, spec, { ...spec, paused: true }), undefined)
})

test('what others set stays, what the file says wins, what it says no more goes', () => {
  const sides = [
    { replicas: 2, paused: true },
    { replicas: 3 },
    { replicas: 5, paused: true, revisionHistoryLimit: 10 },
  ] as const
  assert.equal(patch(...sides), { replicas: 3, paused: null })
  assert.equal(outcome(...sides), { replicas: 3, revisionHistoryLimit: 10 })
})

test('a drifted value comes back, and one that was removed by others', () => {
  assert.equal(patch({ replicas: 3 }, { replicas: 3 }, { replicas: 9 }), { replicas: 3 })
  assert.equal(patch({ paused: true }, { paused: true }, {}), { paused: true })
})

test('replicas that the file never named are left to whoever scales', () => {
  assert.is(patch({}, {}, { replicas: 7 }), undefined)
})

test('items of a list are told apart by their merge key', () => {
  const last = containers({ name: 'a', image: '1' }, { name: 'gone', image: '1' })
  const next = containers({ name: 'a', image: '2' }, { name: 'new', image: '1' })
  const live = containers({ name: 'a', image: '1' }, { name: 'gone', image: '1' }, { name: 'injected', image: '9' })
  assert.equal(
    patch(last, next, live),
    pod({
      containers: [
        { name: 'a', image: '2' },
        { name: 'new', image: '1' },
        { name: 'gone', $patch: 'delete' },
      ],
      '$setElementOrder/containers': [{ name: 'a' }, { name: 'new' }],
    }),
  )
})

test('containers merge by name: a sidecar of another stays, one that the file drops goes', () => {
  assert.equal(outcome(containers('a', 'b'), containers('a'), containers('a', 'b', 'mesh')), containers('a', 'mesh'))
})

test('what others put before an item of the file stays before it; the order of the file wins otherwise', () => {
  assert.equal(outcome(containers('a'), containers('a'), containers('mesh', 'a')), containers('mesh', 'a'))
  assert.equal(outcome(containers('a', 'b'), containers('b', 'a'), containers('a', 'b')), containers('b', 'a'))
})

test('defaults that the server filled into an item stay', () => {
  const live = containers({ name: 'a', image: 'x:1', imagePullPolicy: 'IfNotPresent' })
  assert.equal(
    outcome(containers({ name: 'a', image: 'x:1' }), containers({ name: 'a', image: 'x:2' }), live),
    containers({ name: 'a', image: 'x:2', imagePullPolicy: 'IfNotPresent' }),
  )
})

test('lists without a merge key are replaced', () => {
  const [before, after] = [containers({ name: 'a', command: ['x', 'y'] }), containers({ name: 'a', command: ['z'] })]
  assert.equal(outcome(before, after, before), after)
})

test('lists of plain values that merge keep what others added', () => {
  const sides = (finalizers: string[]) => ({ metadata: { finalizers } })
  const { body } =
    threeWayPatch(DEPLOYMENT, { last: sides(['a', 'b']), next: sides(['b', 'c']), live: sides(['a', 'b', 'x']) }) ?? {}
  assert.equal(body, {
    metadata: {
      finalizers: ['c'],
      '$deleteFromPrimitiveList/finalizers': ['a'],
      '$setElementOrder/finalizers': ['b', 'c'],
    },
  })
})

test('a strategy drops what belongs to the other one', () => {
  const live = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } }
  const next = { strategy: { type: 'Recreate' } }
  assert.equal(patch({}, next, live), { strategy: { type: 'Recreate', $retainKeys: ['type'] } })
  assert.equal(outcome({}, next, live), next)
})

test('a field that is replaced as a whole is sent as a whole', () => {
  const kind = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' }
  const selector = (matchLabels: Spec) => ({ spec: { selector: { matchLabels } } })
  const last = selector({ a: '1', b: '1' })
  const next = selector({ a: '1', b: '2' })
  assert.equal(threeWayPatch(kind, { last, next, live: last })?.body, next)
})

test('kinds that Kubernetes does not ship get a JSON merge patch: their lists are replaced whole', () => {
  const kind = { apiVersion: 'example.com/v1', kind: 'Thing' }
  const sides = { last: { gone: 1 }, next: { list: [{ name: 'a' }] }, live: { gone: 1, list: [{ name: 'b' }] } }
  assert.equal(threeWayPatch(kind, sides), {
    body: { list: [{ name: 'a' }], gone: null },
    contentType: 'application/merge-patch+json',
  })
})

test('the annotation is what kubectl writes, and is read back', () => {
  const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, data: { b: '1 & <2>' } }
  const sent = withLastApplied(object, 'x')
  assert.is(
    Object.values(sent.metadata.annotations ?? {})[0],
    '{"apiVersion":"v1","data":{"b":"1 \\u0026 \\u003c2\\u003e"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"a","namespace":"x"}}\n',
  )
  assert.equal(lastAppliedOf(sent)?.data, { b: '1 & <2>' })
})

test.run()
