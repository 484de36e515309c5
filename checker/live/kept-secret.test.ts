import * as assert from 'uvu/assert'
import { NAMESPACE, Stage } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import { secretHolds, secretKept } from './kept-secret.ts'
import { outcomeOf, type Probe } from './live.ts'

const test = suite('a Secret that nobody reads')
const VALUE = 'swordfish-42'
const KEPT = { secret: 'a', key: 'API_KEY' }
const encoded = (text: string) => Buffer.from(text).toString('base64')

function stage(value: string | undefined, pages: Readonly<Record<string, string>> = {}): Stage {
  const made = new Stage()
  made.deployment('a', 2)
  const deployment = made.objects.get(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/a`)
  if (deployment) deployment.spec = { replicas: 2, template: { spec: { containers: [{ name: 'server' }] } } }
  made.put(`/api/v1/namespaces/${NAMESPACE}/secrets`, 'a', {
    data: value === undefined ? {} : { API_KEY: encoded(value) },
  })
  made.onProxy = (_target, _method, page) => ({ status: 200, text: pages[page] ?? '{"API_KEY":"set"}' })
  return made
}

async function outcome(made: Stage, probe: Probe): Promise<string> {
  const result = await outcomeOf(probe, made.live())
  // nothing that a learner reads has the value in it
  assert.not.match(JSON.stringify(result), VALUE)
  assert.not.match(JSON.stringify(result), encoded(VALUE))
  return 'code' in result
    ? `${result.verdict} ${result.code}: ${result.measured}`
    : `${result.verdict}: ${result.measured}`
}

test('the value must be exactly the one that is asked for; what differs is described', async () => {
  const holds = secretHolds(KEPT, VALUE)
  assert.match(await outcome(stage(VALUE), holds), 'passed: 12 characters')
  assert.match(await outcome(stage(`${VALUE}\n`), holds), /^missed secret-other-value: .*it ends with a line break/)
  assert.match(await outcome(stage(encoded(VALUE)), holds), 'it was written in base64 twice')
  assert.match(await outcome(stage(`"${VALUE}"`), holds), 'it has quotation marks around it')
  assert.match(await outcome(stage('other'), holds), 'it is 5 characters long, the one asked for is 12')
  assert.match(await outcome(stage(undefined), holds), /^missed config-no-key/)
})

const kept = secretKept('deployment/a', { ...KEPT, page: '/config' })

test('a key that is set and told nowhere passes', async () => {
  assert.match(await outcome(stage(VALUE), kept), /^passed: API_KEY is set in 2 of 2 pods/)
})

test('a value with a line break behind it is found where it stands without one', async () => {
  const made = stage(`${VALUE}\n`)
  made.changePod('a-1', (pod) => {
    pod.spec = { containers: [{ name: 'server', env: [{ name: 'API_KEY', value: VALUE }] }] }
  })
  assert.match(await outcome(made, kept), 'the description of pod a-1')
})

test('a server without the key is told', async () => {
  const without = stage(VALUE, { '/config': '{"API_KEY":"not set"}' })
  assert.is(await outcome(without, kept), 'missed secret-not-read: a-1 says that API_KEY is not set')
})

test('a page, a log, a description, a ConfigMap or an event with the value in it is told, in clear or in base64', async () => {
  for (const text of [VALUE, encoded(VALUE)]) {
    assert.match(
      await outcome(stage(VALUE, { '/config': `{"API_KEY":"set","x":"${text}"}` }), kept),
      /told: .* to \/config/,
    )
    assert.match(await outcome(stage(VALUE, { '/': `hello ${text}` }), kept), /told: .* to \/$/)
    const logged = stage(VALUE)
    logged.log = `a line\nthe key is ${text}\n`
    assert.match(await outcome(logged, kept), 'told: the value can be read in the log of a-')
    const described = stage(VALUE)
    described.changePod('a-2', (pod) => {
      pod.spec = { containers: [{ name: 'server', env: [{ name: 'API_KEY', value: text }] }] }
    })
    assert.match(await outcome(described, kept), 'the description of pod a-2')
    const copied = stage(VALUE)
    copied.put(`/api/v1/namespaces/${NAMESPACE}/configmaps`, 'b', { data: { key: text } })
    assert.match(await outcome(copied, kept), 'a ConfigMap')
    const happened = stage(VALUE)
    happened.warning('a-1', 'Failed', `cannot use ${text}`)
    assert.match(await outcome(happened, kept), 'an event')
  }
})

test.run()
