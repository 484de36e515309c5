import * as assert from 'uvu/assert'
import { FakeClock } from '../../test/harness/fake-clock.ts'
import { suite } from '../../test/harness/suite.ts'
import type { EndpointSlice, Node, Service } from '../apimachinery/objects.ts'
import { Rules } from './rules.ts'

const pod = { ip: '10.244.0.5' }

function service(spec: Record<string, unknown>, name = 'store'): Service {
  const ports = [{ name: 'http', port: 80, targetPort: 3000, protocol: 'TCP' }]
  return {
    metadata: { namespace: 'shop', name },
    spec: { type: 'ClusterIP', clusterIP: '10.96.0.31', ports, ...spec },
  } as unknown as Service
}

interface Endpoint {
  readonly ip: string
  readonly ready?: boolean
  readonly serving?: boolean
  readonly terminating?: boolean
  readonly node?: string
}

function slice(endpoints: readonly Endpoint[], port = 3000): EndpointSlice {
  return {
    addressType: 'IPv4',
    ports: [{ name: 'http', port, protocol: 'TCP' }],
    endpoints: endpoints.map(({ ip, node, ...conditions }) => ({ addresses: [ip], conditions, nodeName: node })),
  } as unknown as EndpointSlice
}

function node(name: string, podCIDR: string, ip: string): Node {
  return {
    metadata: { name },
    spec: { podCIDR },
    status: { addresses: [{ type: 'InternalIP', address: ip }] },
  } as unknown as Node
}

function rules(own: Service, slices: readonly EndpointSlice[], { clock = new FakeClock(), random = Math.random } = {}) {
  const made = new Rules(clock, () => 6550, random)
  made.sync([own], () => slices, [node('node-1', '10.244.0.0/24', '172.18.0.2')])
  return made
}

const test = suite('kube-proxy rules')

test("a Service's address leads to its ready endpoints, each about as often as the others", () => {
  const made = rules(service({}), [slice([{ ip: '10.244.0.7', ready: true }, { ip: '10.244.1.7' }])])
  const seen = new Map<string, number>()
  for (let count = 0; count < 400; count++) {
    const route = made.route(pod, '10.96.0.31', 80)
    assert.is(route.to, 'pod')
    if (route.to === 'pod') seen.set(`${route.ip}:${route.port}`, (seen.get(`${route.ip}:${route.port}`) ?? 0) + 1)
  }
  assert.equal([...seen.keys()].sort(), ['10.244.0.7:3000', '10.244.1.7:3000'])
  for (const count of seen.values()) assert.ok(count > 120, `${count} of 400`)
})

test('an endpoint that is not ready gets nothing', () => {
  const made = rules(service({}), [
    slice([
      { ip: '10.244.0.7', ready: false },
      { ip: '10.244.1.7', ready: true },
    ]),
  ])
  for (let count = 0; count < 50; count++) {
    assert.equal(made.route(pod, '10.96.0.31', 80), { to: 'pod', ip: '10.244.1.7', port: 3000 })
  }
})

test('without a ready endpoint those that still serve while terminating get the connections', () => {
  const leaving = { ip: '10.244.0.7', ready: false, serving: true, terminating: true }
  const broken = { ip: '10.244.0.8', ready: false, serving: false, terminating: true }
  assert.equal(rules(service({}), [slice([leaving, broken])]).route(pod, '10.96.0.31', 80), {
    to: 'pod',
    ip: '10.244.0.7',
    port: 3000,
  })
  const ready = { ip: '10.244.0.9', ready: true }
  assert.equal(rules(service({}), [slice([leaving, ready])]).route(pod, '10.96.0.31', 80), {
    to: 'pod',
    ip: '10.244.0.9',
    port: 3000,
  })
})

test('without any endpoint, at another port and at an address that nobody has, nobody is there', () => {
  const empty = rules(service({}), [slice([])])
  assert.equal(empty.route(pod, '10.96.0.31', 80), { to: 'nobody' })
  assert.equal(empty.route(pod, '10.96.0.31', 81), { to: 'nobody' })
  assert.equal(empty.route(pod, '10.111.1.1', 80), { to: 'nobody' })
})

test("pods are reached directly, the API server at its Service's address, and nothing beyond the cluster", () => {
  const made = rules(service({}), [])
  assert.equal(made.route(pod, '10.244.2.9', 8080), { to: 'pod', ip: '10.244.2.9', port: 8080 })
  assert.equal(made.route(pod, '10.96.0.1', 443), { to: 'host', port: 6550 })
  for (const outside of ['192.168.1.1', '93.184.215.14', '8.8.8.8', '::1', 'no address']) {
    assert.equal(made.route(pod, outside, 443), { to: 'outside' })
  }
})

test("a node's address answers at NodePorts only", () => {
  const ports = [{ name: 'http', port: 80, nodePort: 30080, protocol: 'TCP' }]
  const made = rules(service({ type: 'NodePort', ports }), [slice([{ ip: '10.244.0.7' }])])
  assert.equal(made.route(pod, '172.18.0.2', 30080), { to: 'pod', ip: '10.244.0.7', port: 3000 })
  assert.equal(made.route(pod, '172.18.0.2', 80), { to: 'nobody' })
})

test('session affinity keeps a client at its endpoint until its time is over, and no longer than the endpoint is ready', async () => {
  const clock = new FakeClock()
  let next = 0
  const both = [slice([{ ip: '10.244.0.7' }, { ip: '10.244.1.7' }])]
  const sticky = service({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } })
  const made = rules(sticky, both, { clock, random: () => next })
  const ipFor = (from: { ip: string }) => {
    const route = made.route(from, '10.96.0.31', 80)
    return route.to === 'pod' ? route.ip : route.to
  }
  assert.is(ipFor(pod), '10.244.0.7')
  next = 0.9
  assert.is(ipFor(pod), '10.244.0.7')
  assert.is(ipFor({ ip: '10.244.0.6' }), '10.244.1.7', 'another client is free')
  await clock.advance(61_000)
  assert.is(ipFor(pod), '10.244.1.7', 'its time is over')
  next = 0
  assert.is(ipFor(pod), '10.244.1.7')
  made.sync([sticky], () => [slice([{ ip: '10.244.0.7' }])], [])
  assert.is(ipFor(pod), '10.244.0.7', 'its endpoint is gone')
})

test('internalTrafficPolicy Local stays on the node of the pod that asks', () => {
  const here = { ip: '10.244.0.7', node: 'node-1' }
  const there = { ip: '10.244.1.7', node: 'node-2' }
  const local = service({ internalTrafficPolicy: 'Local' })
  for (let count = 0; count < 20; count++) {
    assert.equal(rules(local, [slice([here, there])]).route(pod, '10.96.0.31', 80), {
      to: 'pod',
      ip: here.ip,
      port: 3000,
    })
  }
  assert.equal(rules(local, [slice([there])]).route(pod, '10.96.0.31', 80), { to: 'nobody' })
})

test('an endpoint in two slices counts once; headless and ExternalName Services have no rules', () => {
  const made = rules(service({}), [slice([{ ip: '10.244.0.7' }]), slice([{ ip: '10.244.0.7' }])])
  assert.is(made.door('shop/store:http')?.targets.length, 1)
  assert.is(rules(service({ clusterIP: 'None' }), []).door('shop/store:http'), undefined)
  assert.is(
    rules(service({ type: 'ExternalName', externalName: 'example.com' }), []).door('shop/store:http'),
    undefined,
  )
})

test.run()
