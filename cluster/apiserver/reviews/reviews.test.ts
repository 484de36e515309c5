import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import { ServerUnderTest } from '../http/server-under-test.ts'

const test = suite('reviews')
const nowhere = () => Promise.reject(new Error('there is no node'))
const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const MAY = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const RULES = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'
let api: ServerUnderTest

test.before(async () => {
  api = await ServerUnderTest.start({ logs: nowhere, dial: nowhere, reach: nowhere, localhost: nowhere })
})
test.after(() => api.close())

async function send(path: string, body: object, method = 'POST', headers?: Record<string, string>) {
  const asked = await api.ask(path, { method, body: JSON.stringify(body), ...(headers && { headers }) })
  return { code: asked.status, answer: JSON.parse(asked.text) }
}

test('who I am is told, whatever I say of myself', async () => {
  const lie = { metadata: { name: 'x' }, status: { userInfo: { username: 'me' } } }
  const { code, answer } = await send(WHO, lie)
  assert.is(code, 201)
  assert.is(answer.kind, 'SelfSubjectReview')
  assert.is(answer.metadata.name, undefined)
  assert.match(answer.metadata.creationTimestamp, /^\d{4}-/)
  assert.equal(answer.status.userInfo, {
    username: 'kubernetes-admin',
    groups: ['system:masters', 'system:authenticated'],
  })
})

test('without the token nothing is told', async () => {
  const { code, answer } = await send(WHO, {}, 'POST', { authorization: '' })
  assert.is(code, 403)
  assert.match(answer.message, 'User "system:anonymous" cannot create resource "selfsubjectreviews"')
  assert.is((await send(WHO, {}, 'POST', { authorization: 'Bearer other' })).code, 401)
})

test('what I may do: everything; a question about nothing, or about two things, is refused', async () => {
  const attributes = { verb: 'create', resource: 'pods', namespace: '' }
  const { answer } = await send(MAY, { spec: { resourceAttributes: attributes } })
  assert.equal(answer.spec, { resourceAttributes: { verb: 'create', resource: 'pods' } })
  assert.equal(answer.status, { allowed: true })
  const nothing = await send(MAY, {})
  assert.is(nothing.code, 422)
  assert.is(
    nothing.answer.message,
    '.authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
  )
  const nonResourceAttributes = { path: '/healthz', verb: 'get' }
  const both = await send(MAY, { spec: { nonResourceAttributes, resourceAttributes: attributes } })
  assert.match(both.answer.message, '{"Path":"/healthz","Verb":"get"}: cannot be specified in combination with')
})

test('all that I may do is told for a namespace', async () => {
  assert.is((await send(RULES, {})).answer.message, 'no namespace on request')
  const { answer } = await send(RULES, { spec: { namespace: 'default' } })
  assert.equal(answer.status.resourceRules, [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }])
})

test('a review is created and nothing else, and is discovered', async () => {
  assert.is((await send(WHO, {}, 'PUT')).code, 405)
  assert.is((await send(`${WHO}/x`, {}, 'POST')).code, 404)
  assert.is((await send('/apis/authentication.k8s.io/v1/namespaces/default/selfsubjectreviews', {})).code, 404)
  const pod = await send(WHO, { apiVersion: 'v1', kind: 'Pod' })
  assert.is(
    pod.answer.message,
    'Pod in version "v1" cannot be handled as a SelfSubjectReview: converting (v1.Pod) to (authentication.SelfSubjectReview): unknown conversion',
  )
  const list = JSON.parse((await api.ask('/apis/authentication.k8s.io/v1')).text)
  const found = { name: 'selfsubjectreviews', singularName: 'selfsubjectreview', namespaced: false }
  assert.equal(list.resources, [{ ...found, kind: 'SelfSubjectReview', verbs: ['create'] }])
})

test.run()
