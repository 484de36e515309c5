import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import * as assert from 'uvu/assert'
import { noNodes } from '../../../test/harness/no-nodes.ts'
import { suite } from '../../../test/harness/suite.ts'
import { failure } from '../../apimachinery/errors.ts'
import type { LogOptions } from '../node-connector.ts'
import { ServerUnderTest } from './server-under-test.ts'

const test = suite('pods/log')
const POD = '/api/v1/namespaces/default/pods'

let api: ServerUnderTest
let asked: { container: string; options: LogOptions } | undefined
let followed: PassThrough | undefined

test.before(async () => {
  api = await ServerUnderTest.start({
    ...noNodes,
    async logs(pod, container, options) {
      asked = { container, options }
      if (pod.metadata.name === 'waiting') {
        const why = `container "web" in pod "waiting" is waiting to start: ContainerCreating`
        throw failure(400, 'BadRequest', why)
      }
      followed = options.follow ? new PassThrough() : undefined
      return followed ?? Readable.from(['one\n', 'two\n'])
    },
  })
  const client = api.server.client('test')
  await client.create('v1 ServiceAccount', { metadata: { name: 'default', namespace: 'default' } })
  await client.create('v1 Node', { metadata: { name: 'node-1' } })
  const pod = (name: string, nodeName: string | undefined, ...names: string[]) =>
    client.create('v1 Pod', {
      metadata: { name, namespace: 'default' },
      spec: { ...(nodeName && { nodeName }), containers: names.map((each) => ({ name: each, image: 'web' })) },
    })
  await pod('one', 'node-1', 'web')
  await pod('two', 'node-1', 'web', 'side')
  await pod('waiting', 'node-1', 'web')
  await pod('homeless', undefined, 'web')
  await pod('lost', 'node-9', 'web')
})
test.after(() => api.close())

test('gives the log of the only container as text', async () => {
  const { status, headers, text } = await api.ask(`${POD}/one/log`)
  assert.is(status, 200)
  assert.is(headers['content-type'], 'text/plain')
  assert.is(text, 'one\ntwo\n')
  assert.is(asked?.container, 'web')
})

test('passes on how much and which run is wanted', async () => {
  await api.ask(`${POD}/two/log?container=side&previous=true&tailLines=5&limitBytes=9&timestamps=true`)
  assert.is(asked?.container, 'side')
  const wanted = { follow: false, previous: true, timestamps: true, tailLines: 5, limitBytes: 9 }
  assert.equal(asked?.options, wanted)
  await api.ask(`${POD}/one/log?sinceTime=2026-01-02T03:04:05Z`)
  assert.is(asked?.options.since, Date.parse('2026-01-02T03:04:05Z'))
})

test('a followed log goes on until its end', async () => {
  const answer = api.ask(`${POD}/one/log?follow=true`)
  while (!followed) await new Promise((resolve) => setImmediate(resolve))
  followed.write('now\n')
  followed.end('later\n')
  assert.is((await answer).text, 'now\nlater\n')
})

test('a client that goes away ends what was followed for it', async () => {
  followed = undefined
  const stop = new AbortController()
  const answer = api.ask(`${POD}/one/log?follow=true`, { signal: stop.signal }).catch(() => {})
  while (!followed) await new Promise((resolve) => setImmediate(resolve))
  const log = followed as PassThrough
  const closed = once(log, 'close')
  log.write('now\n')
  stop.abort()
  await Promise.all([answer, closed])
  assert.ok(log.destroyed)
})

test('of several containers one must be named, and be there', async () => {
  const { status, text } = await api.ask(`${POD}/two/log`)
  assert.is(status, 400)
  assert.is(JSON.parse(text).message, 'a container name must be specified for pod two, choose one of: [web side]')
  const other = await api.ask(`${POD}/two/log?container=other`)
  assert.is(JSON.parse(other.text).message, 'container other is not valid for pod two')
})

test('numbers that make no sense are refused, whatever the pod', async () => {
  for (const name of ['one', 'nobody']) {
    const { status, text } = await api.ask(`${POD}/${name}/log?tailLines=-1`)
    assert.is(status, 422)
    assert.match(JSON.parse(text).message, `PodLogOptions "${name}" is invalid: tailLines: Invalid value: -1`)
  }
})

test('what the kubelet refuses is answered in its words', async () => {
  const { status, text } = await api.ask(`${POD}/waiting/log`)
  assert.is(status, 400)
  assert.match(JSON.parse(text).message, 'is waiting to start: ContainerCreating')
})

test('a pod without a node has nothing to read; one whose node is gone is not found', async () => {
  assert.is((await api.ask(`${POD}/homeless/log`)).status, 204)
  assert.is((await api.ask(`${POD}/lost/log`)).status, 404)
  assert.is((await api.ask(`${POD}/nobody/log`)).status, 404)
})

test.run()
