import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { suite } from '../../test/harness/suite.ts'
import { until } from '../../test/harness/until.ts'
import { RealClock } from '../apimachinery/clock.ts'
import { ApiError, isAlreadyExists, isConflict, isNotFound, isReason } from '../apimachinery/errors.ts'
import type { ConfigMap, Deployment } from '../apimachinery/objects.ts'
import { copyOf } from '../apimachinery/objects.ts'
import { type ApiServer, startApiServer } from '../apiserver/api-server.ts'
import { selfSignedCertificate } from '../daemon/certificate.ts'
import type { ApiClient, WatchEvent } from './api-client.ts'
import { type HttpsClient, httpsClient } from './https-client.ts'

/** The same scenarios through every implementation of ApiClient, and on real Kubernetes where REAL_KUBECONFIG names one. */
const folder = mkdtempSync(join(tmpdir(), 'api-client-'))
const namespace = `contract-${process.pid}-${Date.now().toString(36)}`
let server: ApiServer
let https: HttpsClient
let real: HttpsClient | undefined

function realClient(): HttpsClient | undefined {
  const file = process.env.REAL_KUBECONFIG
  if (!file) return undefined
  const { clusters, users } = parse(readFileSync(file, 'utf8')) as {
    clusters: { cluster: { server: string } }[]
    users: { user: { token: string } }[]
  }
  const [{ cluster } = { cluster: { server: '' } }] = clusters
  const [{ user } = { user: { token: '' } }] = users
  return httpsClient({ server: cluster.server, token: user.token, insecure: true, manager: 'contract' })
}

const CLIENTS: readonly (readonly [string, () => ApiClient | undefined])[] = [
  ['loopback', () => server.client('contract')],
  ['https', () => https],
  ['real Kubernetes', () => real],
]

for (const [name, clientOf] of CLIENTS) {
  const test = suite(`api client over ${name}`)
  const ns = `${namespace}-${name[0]?.toLowerCase()}`
  let api: ApiClient

  if (name === 'loopback') {
    test.before(async () => {
      const { certificate: cert, key } = selfSignedCertificate({
        commonName: '127.0.0.1',
        dnsNames: [],
        addresses: ['127.0.0.1'],
        notBefore: new Date(Date.now() - 60_000),
        notAfter: new Date(Date.now() + 3_600_000),
      })
      const connector = { logs: unreachable, dial: unreachable, reach: unreachable, localhost: unreachable }
      const clock = new RealClock()
      server = await startApiServer({
        stateFolder: folder,
        port: 0,
        tls: { key, cert },
        token: 'secret',
        clock,
        connector,
      })
      https = httpsClient({ server: server.url, token: 'secret', insecure: true, manager: 'contract' })
      real = realClient()
    })
  }
  test.before(async () => {
    const client = clientOf()
    if (!client) return
    api = client
    await api.create('v1 Namespace', { metadata: { name: ns } })
    // Made by a controller where one runs.
    await api.create('v1 ServiceAccount', { metadata: { name: 'default', namespace: ns } }).catch((error) => {
      if (!isAlreadyExists(error)) throw error
    })
  })
  test.after(async () => {
    await clientOf()?.delete('v1 Namespace', { name: ns })
    if (name !== 'real Kubernetes') return
    https.close()
    real?.close()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const map = (key: string, data: Record<string, string> = {}, labels: Record<string, string> = {}) => ({
    metadata: { name: key, namespace: ns, labels },
    data,
  })

  function scenario(title: string, body: () => Promise<void>): void {
    if (name === 'real Kubernetes' && !process.env.REAL_KUBECONFIG) test.skip(title)
    else test(title, body)
  }

  scenario('a created object has kind, uid and version, and is found again', async () => {
    const made = await api.create('v1 ConfigMap', map('made', { a: '1' }))
    assert.is(made.kind, 'ConfigMap')
    assert.ok(made.metadata.uid && made.metadata.resourceVersion)
    const found = await api.get('v1 ConfigMap', { namespace: ns, name: 'made' })
    assert.equal(found.data, { a: '1' })
    assert.is(found.metadata.uid, made.metadata.uid)
  })

  scenario('a second of the same name already exists, one that is not there is not found', async () => {
    await api.create('v1 ConfigMap', map('twice'))
    assert.ok(isAlreadyExists(await refused(api.create('v1 ConfigMap', map('twice')))))
    assert.ok(isNotFound(await refused(api.get('v1 ConfigMap', { namespace: ns, name: 'nobody' }))))
    assert.ok(isNotFound(await refused(api.delete('v1 ConfigMap', { namespace: ns, name: 'nobody' }))))
  })

  scenario('a list has the items that the selectors ask for, each with its kind', async () => {
    await api.create('v1 ConfigMap', map('red', {}, { colour: 'red' }))
    await api.create('v1 ConfigMap', map('blue', {}, { colour: 'blue' }))
    const { items, resourceVersion } = await api.list('v1 ConfigMap', {
      namespace: ns,
      labelSelector: 'colour in (red)',
    })
    assert.equal(
      items.map((item) => `${item.apiVersion} ${item.kind} ${item.metadata.name}`),
      ['v1 ConfigMap red'],
    )
    assert.ok(Number(resourceVersion) > 0)
    const byField = await api.list('v1 ConfigMap', { namespace: ns, fieldSelector: 'metadata.name=blue' })
    assert.equal(
      byField.items.map(({ metadata }) => metadata.name),
      ['blue'],
    )
  })

  scenario('an update with a stale version is a conflict, with the current one it is written', async () => {
    const first = await api.create('v1 ConfigMap', map('stale', { n: '1' }))
    const next = copyOf(first) as { data: Record<string, string> }
    next.data.n = '2'
    const second = await api.update('v1 ConfigMap', next as never)
    assert.equal(second.data, { n: '2' })
    assert.is.not(second.metadata.resourceVersion, first.metadata.resourceVersion)
    assert.ok(isConflict(await refused(api.update('v1 ConfigMap', next as never))))
  })

  scenario('an update that changes nothing keeps the version', async () => {
    const made = await api.create('v1 ConfigMap', map('same', { n: '1' }))
    const again = await api.update('v1 ConfigMap', made)
    assert.is(again.metadata.resourceVersion, made.metadata.resourceVersion)
  })

  scenario('patches of the three kinds change what they say and leave the rest', async () => {
    const key = { namespace: ns, name: 'web' }
    await api.create('apps/v1 Deployment', deployment(ns, 'web'))
    await api.patch('apps/v1 Deployment', key, { type: 'merge', body: { spec: { replicas: 0 } } })
    await api.patch('apps/v1 Deployment', key, {
      type: 'json',
      body: [{ op: 'add', path: '/metadata/labels', value: { a: 'b' } }],
    })
    const container = { name: 'second', image: 'busybox' }
    const body = { spec: { template: { spec: { containers: [container] } } } }
    const patched: Deployment = await api.patch('apps/v1 Deployment', key, { type: 'strategic', body })
    assert.is(patched.spec.replicas, 0)
    assert.equal(patched.metadata.labels, { a: 'b' })
    assert.equal(
      patched.spec.template.spec?.containers.map((each) => each.name),
      ['second', 'first'],
    )
    assert.is(patched.metadata.generation, 3)
  })

  scenario('a status is written through its subresource alone', async () => {
    const key = { namespace: ns, name: 'status' }
    const pod = { metadata: key, spec: { containers: [{ name: 'c', image: 'busybox' }], schedulerName: 'nobody' } }
    await api.create('v1 Pod', { ...pod, status: { phase: 'Running' } })
    assert.is((await api.get('v1 Pod', key)).status.phase, 'Pending')
    const patch = { type: 'merge', body: { status: { message: 'told' } } } as const
    assert.is((await api.patch('v1 Pod', key, patch)).status.message, undefined)
    assert.is((await api.patch('v1 Pod', key, patch, { subresource: 'status' })).status.message, 'told')
  })

  scenario('what breaks a rule is refused with its causes, and nothing is written', async () => {
    const bad = {
      metadata: { name: 'bad', namespace: ns },
      spec: { selector: { matchLabels: { a: 'b' } }, template: {} },
    }
    const error = await refused(api.create('apps/v1 Deployment', bad as never))
    assert.ok(isReason(error, 'Invalid'))
    assert.ok(error.causes.some(({ field }) => field === 'spec.template.spec.containers'))
    assert.ok(isNotFound(await refused(api.get('apps/v1 Deployment', { namespace: ns, name: 'bad' }))))
  })

  scenario('a dry run answers and writes nothing', async () => {
    const made = await api.create('v1 ConfigMap', map('dry', { n: '1' }))
    const patch = { type: 'merge', body: { data: { n: '2' } } } as const
    const tried = await api.patch('v1 ConfigMap', { namespace: ns, name: 'dry' }, patch, { dryRun: true })
    assert.equal(tried.data, { n: '2' })
    assert.equal(await api.get('v1 ConfigMap', { namespace: ns, name: 'dry' }), made)
  })

  scenario('a watch tells what happens after its version, in order', async () => {
    const { resourceVersion } = await api.list('v1 ConfigMap', { namespace: ns })
    const seen = following(api, { namespace: ns, resourceVersion, labelSelector: 'watched' })
    await api.create('v1 ConfigMap', map('watched', { n: '1' }, { watched: 'yes' }))
    await api.create('v1 ConfigMap', map('unwatched'))
    const merge = (body: object) =>
      api.patch('v1 ConfigMap', { namespace: ns, name: 'watched' }, { type: 'merge', body })
    await merge({ data: { n: '2' } })
    await merge({ metadata: { labels: { watched: null } } })
    await until('three events', () => seen.events.length === 3)
    assert.equal(seen.events, ['ADDED watched', 'MODIFIED watched', 'DELETED watched'])
    await seen.stop()
  })

  scenario('a finalizer holds a deleted object until it is taken away', async () => {
    const key = { namespace: ns, name: 'held' }
    await api.create('v1 ConfigMap', { metadata: { ...key, finalizers: ['example.com/hold'] } })
    await api.delete('v1 ConfigMap', key)
    assert.ok((await api.get('v1 ConfigMap', key)).metadata.deletionTimestamp)
    await api.patch('v1 ConfigMap', key, { type: 'merge', body: { metadata: { finalizers: null } } })
    assert.ok(isNotFound(await refused(api.get('v1 ConfigMap', key))))
  })

  scenario('a delete with another uid is a conflict', async () => {
    await api.create('v1 ConfigMap', map('uid'))
    const preconditions = { uid: '11111111-2222-3333-4444-555555555555' }
    assert.ok(isConflict(await refused(api.delete('v1 ConfigMap', { namespace: ns, name: 'uid' }, { preconditions }))))
  })

  scenario('the fields that a client wrote are its own', async () => {
    const made = await api.create('v1 ConfigMap', map('owned', { a: '1' }))
    const [entry] = made.metadata.managedFields ?? []
    assert.is(entry?.manager, 'contract')
    assert.equal(entry?.fieldsV1, { 'f:data': { '.': {}, 'f:a': {} } })
  })

  test.run()
}

function deployment(namespace: string, name: string) {
  const labels = { app: name }
  const spec = { containers: [{ name: 'first', image: 'busybox' }] }
  return {
    metadata: { name, namespace },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec }, paused: true },
  }
}

async function refused(promise: Promise<unknown>): Promise<ApiError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
  throw new Error('was not refused')
}

function following(api: ApiClient, options: { namespace: string; resourceVersion: string; labelSelector: string }) {
  const abort = new AbortController()
  const events: string[] = []
  const done = (async () => {
    const watch: AsyncIterable<WatchEvent<ConfigMap>> = api.watch('v1 ConfigMap', { ...options, signal: abort.signal })
    for await (const event of watch)
      if (event.type !== 'BOOKMARK') events.push(`${event.type} ${event.object.metadata.name}`)
  })()
  return {
    events,
    async stop() {
      abort.abort()
      await done
    },
  }
}

function unreachable(): never {
  throw new Error('no node here')
}
