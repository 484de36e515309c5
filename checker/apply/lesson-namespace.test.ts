import * as assert from 'uvu/assert'
import { HurriedClock } from '../../test/harness/hurried-clock.ts'
import { suite } from '../../test/harness/suite.ts'
import type { ApiAnswer, KubernetesApi } from '../cluster/kubernetes-api.ts'
import { Objects } from '../cluster/objects.ts'
import { Waiting } from '../live/waiting.ts'
import { ensureNamespace } from './lesson-namespace.ts'

const test = suite("the lesson's namespace")
const ACCOUNT = '/api/v1/namespaces/lesson-00/serviceaccounts/default'

/** An API server without the namespace, which has its ServiceAccount when it is asked for the `made`th time; `status` while it has not. */
function staged(made: number, status = 404) {
  let asked = 0
  let present = false
  const answer = (code: number, body: object): ApiAnswer => ({ status: code, text: JSON.stringify(body), warnings: [] })
  const refusal = (code: number) => answer(code, { kind: 'Status', message: 'no', reason: 'No', code })
  const api: KubernetesApi = {
    server: 'https://stage.invalid',
    async request({ method = 'GET', path }) {
      if (method === 'POST') {
        present = true
        return answer(201, { metadata: { name: 'lesson-00' } })
      }
      if (path !== ACCOUNT) return present ? answer(200, { metadata: { name: 'lesson-00' } }) : refusal(404)
      asked += 1
      return asked >= made ? answer(200, { metadata: { name: 'default' } }) : refusal(status)
    },
  }
  const clock = new HurriedClock()
  const ensure = () => ensureNamespace(new Objects(api), 'lesson-00', new Waiting(clock))
  return { ensure, clock, asked: () => asked }
}

test('a new one is waited for until pods can be made in it', async () => {
  const stage = staged(4)
  assert.is((await stage.ensure()).ours, true)
  assert.is(stage.asked(), 4)
})

test('one that is there is not waited for', async () => {
  const stage = staged(1)
  await stage.ensure()
  await stage.ensure()
  assert.is(stage.asked(), 1)
})

test('where the ServiceAccount never comes, or may not be read, it goes on', async () => {
  const never = staged(Number.POSITIVE_INFINITY)
  const start = never.clock.now()
  await never.ensure()
  assert.ok(never.clock.since(start) >= 15_000)
  const forbidden = staged(Number.POSITIVE_INFINITY, 403)
  await forbidden.ensure()
  assert.is(forbidden.asked(), 1)
})

test.run()
