import * as assert from 'uvu/assert'
import { FakeClock } from '../../test/harness/fake-clock.ts'
import { suite } from '../../test/harness/suite.ts'
import type { KindName } from '../apimachinery/objects.ts'
import type { ApiClient, ListOptions, WatchOptions } from '../client/api-client.ts'
import { ClusterDns } from './cluster-dns.ts'

const from = { namespace: 'shop', name: 'web', ip: '10.244.0.5' }
const objects: Partial<Record<KindName, unknown[]>> = {
  'v1 Namespace': [{ metadata: { name: 'shop' } }, { metadata: { name: 'default' } }],
  'v1 Service': [
    service('default', 'kubernetes', { clusterIP: '10.96.0.1' }),
    service('shop', 'store', { clusterIP: '10.96.0.31' }),
    service('bank', 'store', { clusterIP: '10.96.0.32' }),
    service('shop', 'peers', { clusterIP: 'None' }),
    service('shop', 'lonely', { clusterIP: 'None' }),
    service('shop', 'elsewhere', { type: 'ExternalName', externalName: 'example.com' }),
    service('shop', 'alias', { type: 'ExternalName', externalName: 'store.bank.svc.cluster.local' }),
    service('shop', 'loop', { type: 'ExternalName', externalName: 'loop.shop.svc.cluster.local' }),
  ],
  'discovery.k8s.io/v1 EndpointSlice': [
    {
      metadata: { namespace: 'shop', name: 'peers-1', labels: { 'kubernetes.io/service-name': 'peers' } },
      addressType: 'IPv4',
      endpoints: [
        { addresses: ['10.244.0.7'], hostname: 'first', conditions: { ready: true } },
        { addresses: ['10.244.1.7'], conditions: { ready: true } },
        { addresses: ['10.244.2.7'], conditions: { ready: false } },
      ],
    },
  ],
}

function service(namespace: string, name: string, spec: Record<string, unknown>) {
  return { metadata: { namespace, name }, spec }
}

/** Answers one list of each kind, and nothing after it. */
const api = {
  list: async (kind: KindName, _options?: ListOptions) => ({ items: objects[kind] ?? [], resourceVersion: '1' }),
  async *watch(_kind: KindName, { signal }: WatchOptions) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  },
} as unknown as ApiClient

const dns = new ClusterDns(api, new FakeClock())
const lookup = (name: string) => [...dns.lookup(from, name)].sort()
const test = suite('cluster DNS')

test.before(() => dns.start())
test.after(() => dns.stop())

test("a Service's name works in its namespace, with the namespace anywhere, and in full", () => {
  for (const name of [
    'store',
    'store.shop',
    'store.shop.svc',
    'store.shop.svc.cluster.local',
    'STORE.shop.svc.cluster.local.',
  ]) {
    assert.equal(lookup(name), ['10.96.0.31'], name)
  }
  assert.equal(lookup('store.bank'), ['10.96.0.32'])
  assert.equal(lookup('kubernetes.default'), ['10.96.0.1'])
})

test('what does not exist has no address', () => {
  const names = [
    'stor',
    'store.nowhere',
    'store.shop.pod',
    'cluster.local',
    'svc.cluster.local',
    'example.com',
    'store.',
    '',
  ]
  for (const name of names) assert.equal(lookup(name), [], name)
  assert.is(dns.resolve(from, 'stor'), undefined)
})

test('a headless Service gives its ready endpoints, each also by hostname or dashed address', () => {
  assert.equal(lookup('peers'), ['10.244.0.7', '10.244.1.7'])
  assert.equal(lookup('first.peers'), ['10.244.0.7'])
  assert.equal(lookup('10-244-1-7.peers.shop.svc.cluster.local'), ['10.244.1.7'])
  assert.equal(lookup('second.peers'), [])
  assert.equal(lookup('10-244-0-7.peers'), [], 'an endpoint with a hostname has no other name')
})

test('a headless Service without endpoints exists, but has no address', () => {
  assert.equal(dns.resolve(from, 'lonely'), { addresses: [] })
})

test('a pod has a name made of its address', () => {
  assert.equal(lookup('10-244-1-7.shop.pod'), ['10.244.1.7'])
  assert.equal(lookup('10-244-1-7.nowhere.pod'), [])
})

test('an ExternalName is an alias: inside it is followed, outside it leads nowhere, in a circle it does not hang', () => {
  assert.equal(lookup('alias'), ['10.96.0.32'])
  assert.equal(dns.resolve(from, 'elsewhere'), { alias: 'example.com' })
  assert.equal(lookup('elsewhere'), [])
  assert.equal(lookup('loop'), [])
})

test('nothing is answered while it is stopped', async () => {
  await dns.stop()
  assert.equal(lookup('store'), [])
  await dns.start()
  assert.equal(lookup('store'), ['10.96.0.31'])
})

test.run()
