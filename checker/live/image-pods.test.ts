import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { NAMESPACE, Stage } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import { podsOfImage } from './image-pods.ts'
import { outcomeOf } from './live.ts'

const test = suite('pods of the image that was built')
const folder = mkdtempSync(path.join(tmpdir(), 'kbh-image-pods-'))
writeFileSync(path.join(folder, 'Dockerfile'), 'FROM node:22\nCMD ["node", "server.ts"]\n')
test.after(() => rmSync(folder, { recursive: true }))

/** What two pods come to that answer in this way. */
async function codeOf(answer: (pod: string) => { status: number; text: string }): Promise<string> {
  const stage = new Stage()
  stage.put('/api/v1/namespaces', NAMESPACE, {})
  const { request } = stage
  stage.request = async (call) => {
    const { metadata } = (call.body ?? {}) as { metadata?: { name: string } }
    if (call.method === 'POST' && metadata && !call.proxied) stage.pod('my-server', metadata.name)
    return await request.call(stage, call)
  }
  stage.onProxy = (target) => answer(target.replace(/^pods\/|:\d+$/g, ''))
  const live = stage.live({ folder, abilities: { canBuildImage: async () => {} } })
  const outcome = await outcomeOf(podsOfImage('my-server:1.0'), live)
  assert.equal(await live.objects.list('v1 Pod', NAMESPACE), [], 'they are removed afterwards')
  return 'code' in outcome ? `${outcome.verdict} ${outcome.code}` : outcome.verdict
}

const refused = { status: 503, text: JSON.stringify({ kind: 'Status', message: 'dial tcp: connection refused' }) }

test('each with its own name passes; the same name twice, another one, or a bad answer does not', async () => {
  assert.is(await codeOf((pod) => ({ status: 200, text: `hello from ${pod}` })), 'passed')
  assert.is(await codeOf(() => ({ status: 200, text: 'hello from my laptop' })), 'missed same-name')
  assert.is(await codeOf((pod) => ({ status: 200, text: `hello from ${pod.slice(-1)}` })), 'missed live-text-missing')
  assert.is(await codeOf((pod) => ({ status: 500, text: pod })), 'missed live-wrong-answer')
})

test('a pod that runs and does not answer is missed', async () => {
  assert.is(await codeOf(() => refused), 'missed image-pod-silent')
})

test.run()
