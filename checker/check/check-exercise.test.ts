import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { type Clock, RealClock } from '../../cluster/apimachinery/clock.ts'
import { suite } from '../../test/harness/suite.ts'
import { clusterOf } from '../cluster/connect.ts'
import { check, incomplete, lesson, passed } from '../lesson/index.ts'
import { checkExercise } from './check-exercise.ts'
import { exitCodeOf } from './result.ts'

const test = suite('verdicts: your files, the cluster, not settled')
const folder = mkdtempSync(path.join(tmpdir(), 'check-'))
test.after(() => rmSync(folder, { recursive: true }))

const exercise = lesson({
  title: 'A test',
  minutes: 1,
  files: { 'a.yaml': incomplete },
  checks: [check('it is checked', async () => passed('yes'))],
})
const SOUND = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'

/** What a check comes to on a cluster whose API server behaves like this. */
async function verdictOn(answer: http.RequestListener | undefined, text = SOUND, clock: Clock = new RealClock()) {
  writeFileSync(path.join(folder, 'a.yaml'), text)
  const server = http.createServer(answer ?? (() => {}))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  if (!answer) server.close()
  const kubeconfig = path.join(folder, '.kubeconfig')
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'x',
      clusters: [{ name: 'x', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'x', user: { token: 'x' } }],
      contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
    }),
  )
  let asked = false
  const result = await checkExercise({
    id: 'test',
    exercise,
    folder,
    starter: folder,
    namespace: 'lesson-00',
    clusterTitle: 'test',
    cluster: () => {
      asked = true
      return clusterOf(kubeconfig, { title: 'test', abilities: {}, remedies: [], tidy: false })
    },
    memory: { of: () => [], others: () => [], remember: () => {} },
    clock,
    signal: new AbortController().signal,
  })
  server.closeAllConnections()
  server.close()
  return { ...result, asked }
}

const json =
  (status: number, body: object): http.RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

test('a mistake in a file is the learner’s, and no cluster is asked', async () => {
  const { verdict, asked, findings } = await verdictOn(undefined, SOUND.replace('metadata', 'metdata'))
  assert.is(verdict, 'not-passed')
  assert.not.ok(asked)
  assert.is(findings.length > 0, true)
})

test('a cluster that is stopped, answers with 500, or does not know us is at fault: exit code 3', async () => {
  const cases: [http.RequestListener | undefined, string][] = [
    [undefined, 'cluster-unreachable'],
    [json(500, { kind: 'Status', message: 'etcd is gone' }), 'cluster-error'],
    [json(503, { kind: 'Status', message: 'not ready' }), 'cluster-error'],
    [json(401, { kind: 'Status', message: 'Unauthorized' }), 'cluster-unauthorized'],
    [(request) => request.socket.destroy(), 'cluster-unreachable'],
  ]
  for (const [answer, code] of cases) {
    const { verdict, fault, checks } = await verdictOn(answer)
    assert.is(`${verdict} ${fault?.code}`, `cluster ${code}`)
    assert.is(exitCodeOf(verdict), 3)
    assert.equal(checks, [])
  }
})

test('what the API server refuses is a finding at its line, and nothing is applied', async () => {
  const { verdict, findings, changes } = await verdictOn((request, response) => {
    const url = request.url ?? ''
    if (url.startsWith('/api/v1/nodes')) {
      return json(200, { items: [{ status: { conditions: [{ type: 'Ready', status: 'True' }] } }] })(request, response)
    }
    if (request.method === 'GET') return json(404, { kind: 'Status', reason: 'NotFound' })(request, response)
    if (url.startsWith('/api/v1/namespaces?') || url === '/api/v1/namespaces')
      return json(201, { metadata: { name: 'x' } })(request, response)
    const causes = [{ field: 'metadata.name', message: 'Invalid value: "a": too short', reason: 'FieldValueInvalid' }]
    json(422, { kind: 'Status', reason: 'Invalid', message: 'no', details: { causes } })(request, response)
  })
  assert.is(verdict, 'not-passed')
  assert.equal(changes, [])
  assert.equal(
    findings.map(({ code, place }) => `${code} ${place?.line}:${place?.column}`),
    ['refused-field 3:18'],
  )
})

/** A cluster with a ConfigMap `a`, as it lies there, and without any PodDisruptionBudgets. What is patched is remembered. */
function withConfigMap(live: object, patches: unknown[] = []): http.RequestListener {
  return (request, response) => {
    const { url = '', method } = request
    if (url.startsWith('/api/v1/nodes'))
      return json(200, { items: [{ status: { conditions: [{ type: 'Ready', status: 'True' }] } }] })(request, response)
    if (url.startsWith('/apis/policy'))
      return void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n')
    if (/^\/api\/v1\/namespaces\/[^/]+$/.test(url)) {
      const labels = { 'app.kubernetes.io/managed-by': 'kubernetes-by-hand' }
      return json(200, { metadata: { name: 'lesson-00', labels } })(request, response)
    }
    const object = { apiVersion: 'v1', kind: 'ConfigMap', ...live }
    if (method !== 'PATCH') return json(200, object)(request, response)
    let text = ''
    request.on('data', (part) => {
      text += part
    })
    request.on('end', () => {
      patches.push(JSON.parse(text))
      json(200, { ...object, data: {} })(request, response)
    })
  }
}

test('what a hand put into an object is taken away, and named: the files are what is judged', async () => {
  const managedFields = [{ manager: 'kubectl-create', fieldsV1: { 'f:data': { '.': {}, 'f:GREETING': {} } } }]
  const patches: unknown[] = []
  const live = { metadata: { name: 'a', managedFields }, data: { GREETING: 'by hand' } }
  const { verdict, findings } = await verdictOn(withConfigMap(live, patches))
  assert.is(verdict, 'passed')
  assert.equal((patches.at(-1) as { data: object }).data, null)
  assert.equal(
    findings.map(({ code, level, message }) => [code, level, /data/.test(message)]),
    [['by-hand', 'note', true]],
  )
})

test('a kind that Kubernetes has and this cluster has not is left out, with a note', async () => {
  const budget = 'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\nspec: {minAvailable: 1}\n'
  const { verdict, findings } = await verdictOn(withConfigMap({ metadata: { name: 'a' } }), `${SOUND}---\n${budget}`)
  assert.is(verdict, 'passed')
  assert.equal(
    findings.map(({ code, level, place }) => `${code} ${level} ${place?.line}`),
    ['kind-not-here note 6'],
  )
})

test('an object that is being deleted is waited for, and made anew', async () => {
  const began = Date.now()
  let created = false
  const gone = () => Date.now() - began > 400
  const dying = withConfigMap({ metadata: { name: 'a', deletionTimestamp: '2026-01-01T00:00:00Z' } })
  const absent = json(404, { kind: 'Status', reason: 'NotFound' })
  const { verdict, changes } = await verdictOn((request, response) => {
    const { url = '', method } = request
    if (!/configmaps/.test(url)) return dying(request, response)
    if (method === 'GET') return (gone() ? absent : dying)(request, response)
    created ||= method === 'POST' && gone()
    json(created ? 201 : 500, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', uid: '1' } })(
      request,
      response,
    )
  })
  assert.is(verdict, 'passed')
  assert.equal(
    changes.map(({ action }) => action),
    ['created'],
  )
})

/** A minute of waiting is over in a moment. */
class Hasty extends RealClock {
  readonly #began = Date.now()

  override now(): number {
    return this.#began + (Date.now() - this.#began) * 1_000
  }
}

test('one that stays although it is being deleted is the cluster’s affair, not the answer’s', async () => {
  const dying = withConfigMap({ metadata: { name: 'a', deletionTimestamp: '2026-01-01T00:00:00Z' } })
  const { verdict, fault } = await verdictOn(dying, SOUND, new Hasty())
  assert.is(verdict, 'cluster')
  assert.is(fault?.code, 'being-deleted')
})

test.run()
