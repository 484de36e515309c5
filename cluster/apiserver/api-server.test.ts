import { once } from 'node:events'
import { request } from 'node:https'
import * as assert from 'uvu/assert'
import { FakeClock } from '../../test/harness/fake-clock.ts'
import { suite } from '../../test/harness/suite.ts'
import { timestamp } from '../apimachinery/clock.ts'
import { isNotFound } from '../apimachinery/errors.ts'
import { ServerUnderTest } from './http/server-under-test.ts'

const test = suite('api server')
const nowhere = () => Promise.reject(new Error('there is no node'))
const connector = { logs: nowhere, dial: nowhere, reach: nowhere, localhost: nowhere }
const HOUR_MS = 3_600_000

test('the Service kubernetes has endpoints, with the port that the server listens on', async () => {
  const api = await ServerUnderTest.start(connector)
  try {
    const client = api.server.client('test')
    const key = { namespace: 'default', name: 'kubernetes' }
    const port = Number(new URL(api.server.url).port)
    const slice = await client.get('discovery.k8s.io/v1 EndpointSlice', key)
    assert.is(slice.ports?.[0]?.port, port)
    assert.is(slice.endpoints[0]?.conditions?.ready, true)
    const endpoints = await client.get('v1 Endpoints', key)
    assert.is(endpoints.subsets?.[0]?.ports?.[0]?.port, port)
    assert.not.match(JSON.stringify([slice, endpoints]), '127.0.0.1')
  } finally {
    await api.close()
  }
})

test('a watch that is open does not keep the server from ending, and ends with it', async () => {
  const api = await ServerUnderTest.start(connector)
  const watch = request(`${api.server.url}/api/v1/configmaps?watch=true`, {
    headers: { authorization: 'Bearer secret' },
    rejectUnauthorized: false,
    agent: false,
  })
  watch.on('error', () => {})
  watch.end()
  const [answer] = await once(watch, 'response')
  answer.on('error', () => {})
  const ended = new Promise((resolve) => answer.on('close', resolve))
  await api.close()
  await ended
})

test('an Event is gone an hour after it was last written, a younger one is not', async () => {
  const clock = new FakeClock()
  const api = await ServerUnderTest.start(connector, clock)
  try {
    const client = api.server.client('test')
    const event = (name: string) => {
      const metadata = { name, namespace: 'default' }
      const involvedObject = { kind: 'Pod', name: 'web', namespace: 'default' }
      return client.create('v1 Event', { metadata, involvedObject, lastTimestamp: timestamp(clock.now()) })
    }
    await event('old')
    await clock.advance(HOUR_MS / 2)
    await event('young')
    await clock.advance(HOUR_MS / 2 + 61_000)
    assert.is((await client.get('v1 Event', { namespace: 'default', name: 'young' })).metadata.name, 'young')
    const gone = await client.get('v1 Event', { namespace: 'default', name: 'old' }).catch((error: unknown) => error)
    assert.ok(isNotFound(gone))
  } finally {
    await api.close()
  }
})

test.run()
