import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { RealClock } from '../../cluster/apimachinery/clock.ts'
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
async function verdictOn(answer: http.RequestListener | undefined, text = SOUND) {
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
    clock: new RealClock(),
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

test.run()
