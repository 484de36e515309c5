import * as assert from 'uvu/assert'
import { suite } from '../harness/suite.ts'
import { differences } from './compare.ts'
import { mask } from './mask.ts'
import type { Scenario } from './recording.ts'
import { isInScope } from './scope.ts'

const test = suite('oracle replayer')
const masks = { namespace: 'ns-1', names: ['web-abcde'], prefixes: ['gen-'] }

test('what changes from run to run is masked', () => {
  const given = {
    metadata: {
      name: 'gen-x2x4x',
      generateName: 'gen-',
      resourceVersion: '12',
      creationTimestamp: '2026-01-02T03:04:05Z',
    },
    text: 'pods "web-abcde" in ns-1',
    spec: { clusterIP: '10.96.7.8', ports: [{ nodePort: 30100 }] },
  }
  assert.equal(mask(given, masks), {
    metadata: { name: '{{name}}', generateName: 'gen-', resourceVersion: '{{rv}}', creationTimestamp: '{{time}}' },
    text: 'pods "{{name}}" in {{ns}}',
    spec: { clusterIP: '{{ip}}', ports: [{ nodePort: '{{port}}' }] },
  })
})

test('what a client chose is not masked', () => {
  const given = { at: '2020-01-01T00:00:00Z', resourceVersion: '0', clusterIP: '10.96.0.9', nodePort: 30001 }
  assert.equal(mask(given, masks), given)
})

const answer = (status: number, body: object) => ({ status, contentType: '', headers: {}, text: JSON.stringify(body) })
const invalid = (...fields: string[]) => ({ kind: 'Status', details: { causes: fields.map((field) => ({ field })) } })

test('the same answer has no differences, causes in any order', () => {
  assert.equal(differences({ status: 422, body: invalid('a', 'b') }, answer(422, invalid('b', 'a')), masks), [])
})

test('another status, another value and a missing field are differences', () => {
  assert.is(differences({ status: 200, body: {} }, answer(201, {}), masks).length, 1)
  assert.equal(differences({ status: 200, body: { a: { b: 1 } } }, answer(200, { a: { b: 2 } }), masks), [
    '/a/b: 2, not 1',
  ])
  assert.is(differences({ status: 422, body: invalid('a') }, answer(422, invalid()), masks).length, 1)
})

const scenarioOf = (path: string, more: object = {}, area = 'create') =>
  ({
    area,
    name: 's',
    title: '',
    steps: [{ name: '1', request: { method: 'GET', path, ...more }, response: { status: 200 } }],
  }) as Scenario

test('kinds and verbs that the server has are in scope, others are not', () => {
  assert.is(isInScope(scenarioOf('/api/v1/namespaces/{{ns}}/pods/p/status')), true)
  assert.is(isInScope(scenarioOf('/apis/apps/v1/namespaces/{{ns}}/deployments?limit=1')), true)
  assert.is(isInScope(scenarioOf('/api/v1/namespaces/{{ns}}')), true)
  assert.is(isInScope(scenarioOf('/apis/batch/v1/namespaces/{{ns}}/jobs')), false)
  assert.is(isInScope(scenarioOf('/api/v1/namespaces/{{ns}}/pods/p/eviction')), false)
  const apply = { headers: { 'content-type': 'application/apply-patch+yaml' } }
  assert.is(isInScope(scenarioOf('/api/v1/namespaces/{{ns}}/pods/p', apply)), false)
  assert.is(isInScope(scenarioOf('/api/v1/namespaces/{{ns}}/pods/p', {}, 'auth')), false)
})

test.run()
