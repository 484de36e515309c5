import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import type { KindName } from '../../apimachinery/objects.ts'
import { applyDefaults } from '../defaults/defaults.ts'
import { invalidObject } from './invalid.ts'
import { validate } from './validate.ts'

const test = suite('validation')

function findings(kind: KindName, object: object, last?: object): string[] {
  const defaulted = applyDefaults(kind, object)
  const options = last ? { last: applyDefaults(kind, last) } : {}
  return validate(kind, defaulted, options).map(({ field, message }) => `${field}: ${message}`)
}

const meta = (name: string, more: object = {}) => ({ name, namespace: 'default', ...more })
const container = { name: 'c', image: 'nginx:1.27' }
const pod = (spec: object, more: object = {}) => ({
  metadata: meta('p', more),
  spec: { containers: [container], ...spec },
})
const labels = { app: 'web' }
const template = { metadata: { labels }, spec: { containers: [container] } }
const deployment = (spec: object) => ({
  metadata: meta('d'),
  spec: { selector: { matchLabels: labels }, template, ...spec },
})
const service = (spec: object) => ({ metadata: meta('s'), spec: { ports: [{ port: 80 }], ...spec } })

const right: [string, KindName, object][] = [
  ['a small pod', 'v1 Pod', pod({})],
  ['a deployment', 'apps/v1 Deployment', deployment({})],
  ['a service', 'v1 Service', service({ selector: labels })],
  [
    'a headless service without ports',
    'v1 Service',
    { metadata: meta('s'), spec: { clusterIP: 'None', clusterIPs: ['None'] } },
  ],
  ['a config map', 'v1 ConfigMap', { metadata: meta('c'), data: { 'a.conf': 'x', KEY_1: 'y' } }],
  ['a lease', 'coordination.k8s.io/v1 Lease', { metadata: meta('l'), spec: { leaseDurationSeconds: 15 } }],
]
for (const [what, kind, object] of right) test(`${what} is right`, () => assert.equal(findings(kind, object), []))

const probe = { httpGet: { port: 80 } }
const wrong: [string, KindName, object, string[]][] = [
  ['no containers', 'v1 Pod', pod({ containers: [] }), ['spec.containers: Required value']],
  [
    'two of a name',
    'v1 Pod',
    pod({ containers: [container, container] }),
    ['spec.containers[1].name: Duplicate value: "c"'],
  ],
  [
    'a mount of nothing',
    'v1 Pod',
    pod({ containers: [{ ...container, volumeMounts: [{ name: 'v', mountPath: '/v' }] }] }),
    ['spec.containers[0].volumeMounts[0].name: Not found: "v"'],
  ],
  [
    'a request above its limit',
    'v1 Pod',
    pod({ containers: [{ ...container, resources: { requests: { cpu: 2 }, limits: { cpu: 1 } } }] }),
    ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
  ],
  [
    'two handlers',
    'v1 Pod',
    pod({ containers: [{ ...container, livenessProbe: { ...probe, exec: { command: ['x'] } } }] }),
    ['spec.containers[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type'],
  ],
  [
    'a pod that does not restart in a template',
    'apps/v1 Deployment',
    deployment({ template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } }),
    ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
  ],
  [
    'a selector that misses its pods',
    'apps/v1 Deployment',
    deployment({ selector: { matchLabels: { app: 'other' } } }),
    ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
  ],
  [
    'nothing to spare',
    'apps/v1 Deployment',
    deployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
    ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
  ],
  ['no ports', 'v1 Service', service({ ports: [] }), ['spec.ports: Required value']],
  [
    'an unknown type',
    'v1 Service',
    service({ type: 'Door' }),
    ['spec.type: Unsupported value: "Door": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"'],
  ],
  [
    'a missing key',
    'v1 Secret',
    { metadata: meta('s'), type: 'kubernetes.io/ssh-auth' },
    ['data[ssh-privatekey]: Required value'],
  ],
]
for (const [what, kind, object, expected] of wrong) {
  test(`${kind}: ${what} is wrong`, () => assert.equal(findings(kind, object), expected))
}

test('names are checked by the rule of their kind', () => {
  assert.is(findings('v1 Service', { ...service({}), metadata: meta('1a') }).length, 1)
  assert.is(findings('v1 ConfigMap', { metadata: meta('1a') }).length, 0)
  assert.is(findings('v1 ConfigMap', { metadata: meta('A') }).length, 1)
})

const stored = { uid: 'u', resourceVersion: '1' }
const update = (spec: object) => pod(spec, stored)

test("a pod's image may change, its command may not", () => {
  const changed = (part: object) => update({ containers: [{ ...container, ...part }] })
  assert.equal(findings('v1 Pod', changed({ image: 'nginx:1.28' }), update({})), [])
  const [finding = '', ...others] = findings('v1 Pod', changed({ command: ['x'] }), update({}))
  assert.is(others.length, 0)
  assert.match(finding, /^spec: Forbidden: pod updates may not change fields other than/)
  assert.match(finding, '-   "Command": null,\n+   "Command": [\n+    "x"\n+   ],\n')
})

test('tolerations may be added, not taken away', () => {
  const tolerations = [{ key: 'a', operator: 'Exists' }]
  assert.equal(findings('v1 Pod', update({ tolerations }), update({})), [])
  assert.is(findings('v1 Pod', update({}), update({ tolerations })).length, 1)
})

test('an immutable config map keeps its data', () => {
  const map = (value: string) => ({ metadata: meta('c', stored), immutable: true, data: { a: value } })
  assert.equal(findings('v1 ConfigMap', map('x'), map('x')), [])
  const text = 'data: Forbidden: field is immutable when `immutable` is set'
  assert.equal(findings('v1 ConfigMap', map('y'), map('x')), [text])
})

test('a refusal tells each thing once, its causes tell all', () => {
  const error = { type: 'FieldValueRequired', field: 'a', message: 'Required value' } as const
  const { status } = invalidObject('apps', 'Deployment', 'd', [error, error])
  assert.is(status.message, 'Deployment.apps "d" is invalid: a: Required value')
  assert.is(status.details?.causes?.length, 2)
})

test.run()
