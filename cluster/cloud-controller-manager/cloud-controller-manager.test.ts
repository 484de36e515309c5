import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { until } from '../../test/harness/until.ts'
import { RealClock } from '../apimachinery/clock.ts'
import type { AnyObject, Service } from '../apimachinery/objects.ts'
import { createDefaults } from '../apiserver/default-objects.ts'
import { kinds } from '../apiserver/kinds/index.ts'
import { loopback } from '../apiserver/loopback.ts'
import { Resources } from '../apiserver/resource.ts'
import { Store } from '../etcd/store.ts'
import { KubeProxy } from '../kube-proxy/kube-proxy.ts'
import { Rules } from '../kube-proxy/rules.ts'
import { PodSockets } from '../kubelet/runtime/pod-sockets.ts'
import { CloudControllerManager } from './cloud-controller-manager.ts'
import { LoadBalancers } from './load-balancers.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'kbh-ccm-'))
const clock = new RealClock()
const store = new Store<AnyObject>(path.join(folder, 'etcd'))
const registry = { store, resources: new Resources(kinds), clock }
createDefaults(registry)
const api = loopback(registry, 'test')
const sockets = new PodSockets(folder)
if (sockets.folder) mkdirSync(sockets.folder, { recursive: true, mode: 0o700 })
const rules = new Rules(clock, () => 6550)
const balancers = new LoadBalancers(rules, sockets)
const reports: unknown[] = []
const proxy = new KubeProxy({ api, clock, rules, sockets })
const manager = new CloudControllerManager({ api, clock, balancers, report: (error) => reports.push(error) })
const closing: (() => unknown)[] = []

/** A pod's server at its address, which answers with its name. */
async function pod(ip: string, name: string): Promise<void> {
  const server = net.createServer((socket) => socket.end(name)).listen(sockets.path(ip, 3000))
  await once(server, 'listening')
  closing.push(() => server.close())
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function service(name: string, spec: Record<string, unknown>, ips: readonly string[]): Promise<Service> {
  const made = await api.create('v1 Service', {
    metadata: { name, namespace: 'default' },
    spec: { selector: { app: name }, ...spec },
  })
  await endpoints(name, ips)
  return made
}

async function endpoints(name: string, ips: readonly string[]): Promise<void> {
  await api.delete('discovery.k8s.io/v1 EndpointSlice', { namespace: 'default', name: `${name}-1` }).catch(() => {})
  await api.create('discovery.k8s.io/v1 EndpointSlice', {
    metadata: { name: `${name}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: '', port: 3000, protocol: 'TCP' }],
    endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
  })
}

/** What a new connection hears, or the code of its error. */
function ask(port: number): Promise<string> {
  return new Promise((resolve) => {
    let heard = ''
    net
      .connect(port, '127.0.0.1')
      .on('data', (chunk) => {
        heard += chunk
      })
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
      .on('close', () => resolve(heard))
  })
}

const get = (name: string) => api.get('v1 Service', { namespace: 'default', name })
const ingress = (name: string) =>
  until('it has an address', async () => (await get(name)).status.loadBalancer?.ingress?.[0])
const eventsOf = async (name: string) => {
  const { items } = await api.list('v1 Event', { namespace: 'default' })
  return items.filter(({ involvedObject }) => involvedObject.name === name).map(({ reason }) => reason)
}

const test = suite('services on this machine')

test.before(async () => {
  await Promise.all([proxy.start(), manager.start(), pod('10.244.1.2', 'one'), pod('10.244.2.2', 'two')])
})

test.after(async () => {
  await manager.stop()
  await proxy.close()
  await balancers.close()
  for (const close of closing) close()
  store.close()
  for (const each of [folder, sockets.folder]) if (each) rmSync(each, { recursive: true, force: true })
  assert.equal(reports, [])
})

test('a NodePort is a listener that spreads connections over the endpoints', async () => {
  const { spec } = await service('door', { type: 'NodePort', ports: [{ port: 80 }] }, ['10.244.1.2', '10.244.2.2'])
  const port = spec.ports?.[0]?.nodePort as number
  await until('it answers', async () => ['one', 'two'].includes(await ask(port)))
  const heard = new Set<string>()
  for (let count = 0; count < 60; count++) heard.add(await ask(port))
  assert.equal([...heard].sort(), ['one', 'two'])
})

test('an endpoint that is taken away gets no new connections; with none left they are reset', async () => {
  const port = (await get('door')).spec.ports?.[0]?.nodePort as number
  await endpoints('door', ['10.244.2.2'])
  await until('only the second is asked', () => rules.doorOfNodePort(port)?.targets.length === 1)
  for (let count = 0; count < 20; count++) assert.is(await ask(port), 'two')
  await endpoints('door', [])
  await until('nobody is left', () => rules.doorOfNodePort(port)?.targets.length === 0)
  assert.is(await ask(port), 'ECONNRESET')
})

test('while kube-proxy is stopped its rules stay and do not follow', async () => {
  const port = (await get('door')).spec.ports?.[0]?.nodePort as number
  await endpoints('door', ['10.244.1.2'])
  await until('the first is asked', async () => (await ask(port)) === 'one')
  await proxy.stop()
  await endpoints('door', ['10.244.2.2'])
  assert.is(await ask(port), 'one')
  await proxy.start()
  await until('it follows again', async () => (await ask(port)) === 'two')
})

test('a deleted NodePort is closed', async () => {
  const port = (await get('door')).spec.ports?.[0]?.nodePort as number
  await api.delete('v1 Service', { namespace: 'default', name: 'door' })
  await until('nobody listens', async () => (await ask(port)) === 'ECONNREFUSED')
})

test("a load balancer listens at the Service's own port", async () => {
  const port = await freePort()
  await service('shop', { type: 'LoadBalancer', ports: [{ port, targetPort: 3000 }] }, ['10.244.1.2'])
  assert.equal(await ingress('shop'), { ip: '127.0.0.1', ipMode: 'VIP' })
  await until('it answers', async () => (await ask(port)) === 'one')
  await until('both events', async () => (await eventsOf('shop')).length === 2)
  assert.equal((await eventsOf('shop')).sort(), ['EnsuredLoadBalancer', 'EnsuringLoadBalancer'])
  assert.equal((await get('shop')).metadata.finalizers, ['service.kubernetes.io/load-balancer-cleanup'])
})

test('a port that is taken is sought 8000 higher, and the reason is told', async () => {
  const port = (await get('shop')).spec.ports?.[0]?.port as number
  await service('second', { type: 'LoadBalancer', ports: [{ port, targetPort: 3000 }] }, ['10.244.2.2'])
  const { ip, ports = [] } = await ingress('second')
  assert.is(ip, '127.0.0.1')
  assert.equal(ports[0], { port, protocol: 'TCP', error: 'practice.local/PortInUse' })
  const actual = ports[1]?.port as number
  if (port + 8000 <= 65_535) assert.is(actual, port + 8000)
  await until('it answers there', async () => (await ask(actual)) === 'two')
  await until('the event', async () => (await eventsOf('second')).includes('PortInUse'))
})

test('a load balancer that is no longer wanted goes, with its address and finalizer', async () => {
  const port = (await get('shop')).spec.ports?.[0]?.port as number
  await api.patch(
    'v1 Service',
    { namespace: 'default', name: 'shop' },
    { type: 'merge', body: { spec: { type: 'ClusterIP' } } },
  )
  await until('nobody listens', async () => (await ask(port)) === 'ECONNREFUSED')
  const clean = async () => {
    const { status, metadata } = await get('shop')
    return !status.loadBalancer?.ingress && !metadata.finalizers?.length
  }
  await until('it is clean', clean)
})

test('a deleted Service with a load balancer goes away wholly', async () => {
  await api.delete('v1 Service', { namespace: 'default', name: 'second' })
  await until('it is gone', () =>
    get('second').then(
      () => false,
      () => true,
    ),
  )
  await until('its port is given back', () => !balancers.has('default/second'))
})

test('a Service of another class is left to whom it belongs', async () => {
  const port = await freePort()
  await service('other', { type: 'LoadBalancer', loadBalancerClass: 'example.com/lb', ports: [{ port }] }, [
    '10.244.1.2',
  ])
  await service('after', { type: 'LoadBalancer', ports: [{ port: await freePort() }] }, ['10.244.1.2'])
  await ingress('after')
  assert.equal((await get('other')).status.loadBalancer ?? {}, {})
  assert.is(await ask(port), 'ECONNREFUSED')
})

test.run()
