import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import { applyDefaults } from './defaults.ts'

const test = suite('defaults')

const container = { name: 'c', image: 'nginx:1.27' }
const podOf = (spec: object) =>
  applyDefaults('v1 Pod', { metadata: { name: 'p' }, spec: { containers: [container], ...spec } })

test('a pod gets what every pod has', () => {
  const { spec } = podOf({})
  assert.is(spec.restartPolicy, 'Always')
  assert.is(spec.terminationGracePeriodSeconds, 30)
  assert.is(spec.enableServiceLinks, true)
  assert.is(spec.containers[0]?.imagePullPolicy, 'IfNotPresent')
  assert.equal(spec.containers[0]?.resources, {})
})

test('what was given stays', () => {
  const { spec } = podOf({ restartPolicy: 'Never', terminationGracePeriodSeconds: 0, enableServiceLinks: false })
  assert.is(spec.restartPolicy, 'Never')
  assert.is(spec.terminationGracePeriodSeconds, 0)
  assert.is(spec.enableServiceLinks, false)
})

for (const [image, policy] of [
  ['nginx', 'Always'],
  ['nginx:latest', 'Always'],
  ['localhost:5000/nginx', 'Always'],
  ['nginx:1.27', 'IfNotPresent'],
  ['nginx@sha256:abc', 'IfNotPresent'],
  ['nginx:latest@sha256:abc', 'Always'],
] as const) {
  test(`the image ${image} is pulled ${policy}`, () => {
    assert.is(podOf({ containers: [{ name: 'c', image }] }).spec.containers[0]?.imagePullPolicy, policy)
  })
}

test("a pod's requests come from its limits, a template's do not", () => {
  const limited = [{ ...container, resources: { limits: { cpu: 1.5, memory: '1024Mi' } } }]
  assert.equal(podOf({ containers: limited }).spec.containers[0]?.resources?.requests, { cpu: '1500m', memory: '1Gi' })
  const { spec } = applyDefaults('apps/v1 Deployment', { spec: { template: { spec: { containers: limited } } } })
  assert.is(spec.template.spec?.containers[0]?.resources?.requests, undefined)
})

test('a Recreate deployment gets no rolling update', () => {
  assert.equal(applyDefaults('apps/v1 Deployment', { spec: { strategy: { type: 'Recreate' } } }).spec.strategy, {
    type: 'Recreate',
  })
  const rolling = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } }
  assert.equal(applyDefaults('apps/v1 Deployment', { spec: {} }).spec.strategy, rolling)
})

test('zeros that are no pointers are missing ones', () => {
  const { spec } = applyDefaults('v1 Service', {
    spec: { type: '', ports: [{ port: 80, targetPort: 0, nodePort: 0 }] },
  })
  assert.is(spec.type, 'ClusterIP')
  assert.equal(spec.ports, [{ port: 80, protocol: 'TCP', targetPort: 80 }])
})

test('text of a secret is encoded and beats what was there', () => {
  const { data } = applyDefaults('v1 Secret', { data: { a: 'eA==' }, stringData: { a: 'hello' } })
  assert.equal(data, { a: 'aGVsbG8=' })
})

test('fields that no kind has are gone, the given object is untouched', () => {
  const given = { metadata: { name: 'c' }, nope: 1, data: { a: 'b' } }
  assert.is('nope' in applyDefaults('v1 ConfigMap', given), false)
  assert.equal(given, { metadata: { name: 'c' }, nope: 1, data: { a: 'b' } })
})

test('defaulting twice changes nothing more', () => {
  const once = podOf({ volumes: [{ name: 'v', configMap: { name: 'c' } }], hostNetwork: true })
  assert.equal(applyDefaults('v1 Pod', once), once)
})

test('a pod is defaulted in well under 0.2 ms', () => {
  // The best of several batches: the machine may have other things to do.
  let best = Number.POSITIVE_INFINITY
  for (let batch = 0; batch < 20; batch++) {
    const started = performance.now()
    for (let run = 0; run < 50; run++) podOf({})
    best = Math.min(best, (performance.now() - started) / 50)
  }
  assert.ok(best < 0.2, `${best.toFixed(3)} ms`)
})

test.run()
