import { mkdir, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createNetServer } from 'node:net'
import * as assert from 'uvu/assert'
import { NodeUnderTest } from '../../../test/harness/node-under-test.ts'
import { suite } from '../../../test/harness/suite.ts'
import { until } from '../../../test/harness/until.ts'
import type { Container, Draft } from '../../apimachinery/objects.ts'

const test = suite('probes')
let node: NodeUnderTest
let servers: { close(): void }[]

test.before.each(async () => {
  node = await NodeUnderTest.start()
  servers = []
  if (node.sockets.folder) await mkdir(node.sockets.folder, { recursive: true })
})
test.after.each(async () => {
  for (const server of servers) server.close()
  if (node.sockets.folder) await rm(node.sockets.folder, { recursive: true, force: true })
  await node.close()
})

/** What answers at a pod's port. */
async function serve(ip: string, port: number, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server: Server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(node.sockets.path(ip, port), resolve))
  servers.push(server)
}
const container = (probes: Draft<Container>): Draft<Container>[] => [
  { name: 'server', image: 'app:1.0', ports: [{ name: 'web', containerPort: 3000 }], ...probes },
]
const isReady = async () => (await node.status('web')).containerStatuses?.[0]?.ready
const probeEvents = async () =>
  (await node.events('web')).filter((event) => /^(Unhealthy|ProbeWarning|Killing)/.test(event))
const turn = () => node.clock.advance(0)

test('readiness over HTTP: the named port, path and headers asked for; not ready, then ready, then not again', async () => {
  let status = 503
  const seen: IncomingMessage[] = []
  await serve('10.244.1.2', 3000, (request, response) => {
    seen.push(request)
    response.writeHead(status).end()
  })
  const httpGet = { path: '/ready?full=1', port: 'web', httpHeaders: [{ name: 'Host', value: 'shop.example' }] }
  await node.create('web', {
    containers: container({ readinessProbe: { httpGet, periodSeconds: 5, failureThreshold: 2 } }),
  })
  await node.reaches('web', 'running')
  await until('asked at once', () => seen.length === 1)
  assert.is(seen[0]?.url, '/ready?full=1')
  assert.is(seen[0]?.headers.host, 'shop.example')
  assert.is(seen[0]?.headers['user-agent'], 'kube-probe/1.34')
  assert.is(seen[0]?.headers.connection, 'close')
  await until('told', async () => (await probeEvents()).length === 1)
  assert.equal(await probeEvents(), ['Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503'])
  assert.is(await isReady(), false)

  status = 204
  await node.clock.advance(5_000)
  await until('ready', async () => turn().then(isReady))
  status = 404
  await node.clock.advance(5_000)
  await until('asked again', () => seen.length >= 3)
  await turn()
  assert.is(await isReady(), true, 'one miss of two is none')
  await node.clock.advance(5_000)
  await until('not ready', async () => turn().then(async () => (await isReady()) === false))
  assert.is(node.runtime.started.length, 1)
})

test('nobody listens: the words of a refused connection', async () => {
  await node.create('web', { containers: container({ readinessProbe: { httpGet: { path: '/health', port: 3000 } } }) })
  await node.reaches('web', 'running')
  await until('told', async () => (await probeEvents()).length > 0)
  assert.equal(await probeEvents(), [
    'Unhealthy: Readiness probe failed: Get "http://10.244.1.2:3000/health": dial tcp 10.244.1.2:3000: connect: connection refused',
  ])
})

test('an answer that never comes', async () => {
  await serve('10.244.1.2', 3000, () => {})
  await node.create('web', { containers: container({ readinessProbe: { httpGet: { path: '/', port: 3000 } } }) })
  await node.reaches('web', 'running')
  await until('told', async () => (await probeEvents()).length > 0)
  assert.equal(await probeEvents(), [
    'Unhealthy: Readiness probe failed: Get "http://10.244.1.2:3000/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  ])
})

test('a redirect to another host is good, with a warning; one on the same host is followed', async () => {
  await serve('10.244.1.2', 3000, (request, response) => {
    if (request.url === '/here') response.writeHead(302, { location: '/there' }).end()
    else if (request.url === '/away') response.writeHead(302, { location: 'http://example.com/' }).end('bye')
    else response.writeHead(200).end()
  })
  await node.create('web', { containers: container({ readinessProbe: { httpGet: { path: '/here', port: 3000 } } }) })
  await until('ready', async () => turn().then(isReady))
  assert.equal(await probeEvents(), [])
  await node.create('two', { containers: container({ readinessProbe: { httpGet: { path: '/away', port: 3000 } } }) })
  await serve('10.244.1.3', 3000, (_, response) =>
    response.writeHead(302, { location: 'http://example.com/' }).end('bye'),
  )
  await until('warned', async () =>
    turn().then(async () => (await node.events('two')).some((e) => e.startsWith('ProbeWarning'))),
  )
  assert.ok(
    (await node.events('two')).includes(
      'ProbeWarning: Readiness probe warning: Probe terminated redirects, Response body: bye',
    ),
  )
})

test('httpGet.host outside the cluster is not reached', async () => {
  const httpGet = { host: '192.0.2.77', path: '/', port: 80 }
  await node.create('web', { containers: container({ readinessProbe: { httpGet } }) })
  await node.reaches('web', 'running')
  await until('told', async () => (await probeEvents()).length > 0)
  assert.match((await probeEvents())[0] ?? '', /Get "http:\/\/192.0.2.77:80\/": dial tcp 192.0.2.77:80: connect/)
})

test('liveness: after failureThreshold misses the container is killed and started again in the same pod', async () => {
  const exec = { command: ['check'] }
  await node.create('web', {
    terminationGracePeriodSeconds: 30,
    containers: container({ livenessProbe: { exec, periodSeconds: 2, failureThreshold: 3 } }),
  })
  await node.reaches('web', 'running')
  const first = node.runtime.container('server')
  first.onExec = () => ({ exitCode: 1, stdout: 'stuck\n' })
  for (const misses of [1, 2]) {
    await node.clock.advance(2_000)
    await until('asked', () => first.executed.length === misses)
  }
  assert.equal(first.signals, [])
  await node.clock.advance(2_000)
  await until('started again', async () => turn().then(() => node.runtime.started.length === 2))
  assert.equal(first.signals, ['SIGTERM'])
  await node.reaches('web', 'running')
  const events = await probeEvents()
  assert.ok(events.includes('Killing: Container server failed liveness probe, will be restarted'))
  assert.ok(events.some((event) => event.startsWith('Unhealthy: Liveness probe failed: stuck')))
  const { containerStatuses = [], podIP } = await node.status('web')
  assert.is(containerStatuses[0]?.restartCount, 1)
  assert.is(podIP, '10.244.1.2')
})

test("the probe's own grace period holds when it is why the container is killed", async () => {
  const exec = { command: ['check'] }
  const livenessProbe = { exec, periodSeconds: 1, failureThreshold: 1, terminationGracePeriodSeconds: 4 }
  await node.create('web', { terminationGracePeriodSeconds: 300, containers: container({ livenessProbe }) })
  await node.reaches('web', 'running')
  const first = node.runtime.container('server')
  first.obeys = ['SIGKILL']
  first.onExec = () => ({ exitCode: 1 })
  await node.clock.advance(1_000)
  await until('asked to end', async () => turn().then(() => first.signals.length === 1))
  await node.clock.advance(4_100)
  assert.equal(first.signals, ['SIGTERM', 'SIGKILL'])
})

test('a startup probe holds the others back, then they begin', async () => {
  const asked: string[] = []
  let up = false
  node.runtime.onStart = (started) => {
    started.onExec = ([what = '']) => {
      asked.push(what)
      return { exitCode: what === 'startup' && !up ? 1 : 0 }
    }
  }
  const probe = (what: string) => ({ exec: { command: [what] }, periodSeconds: 1, failureThreshold: 30 })
  await node.create('web', {
    containers: container({
      startupProbe: probe('startup'),
      livenessProbe: probe('liveness'),
      readinessProbe: probe('readiness'),
    }),
  })
  await node.reaches('web', 'running')
  await node.clock.advance(3_000)
  assert.equal([...new Set(asked)], ['startup'])
  assert.is((await node.status('web')).containerStatuses?.[0]?.started, false)
  up = true
  await node.clock.advance(1_000)
  await until('ready', async () => turn().then(isReady))
  await node.clock.advance(1_000)
  assert.ok(asked.includes('liveness') && asked.includes('readiness'))
  const startups = asked.filter((what) => what === 'startup').length
  await node.clock.advance(5_000)
  assert.is(asked.filter((what) => what === 'startup').length, startups)
})

test('a container that never starts up is killed', async () => {
  node.runtime.onStart = (started) => {
    started.onExec = () => ({ exitCode: 1 })
  }
  const startupProbe = { exec: { command: ['x'] }, periodSeconds: 1, failureThreshold: 2 }
  await node.create('web', { containers: container({ startupProbe }) })
  await node.reaches('web', 'running')
  await node.clock.advance(2_000)
  await until('started again', async () => turn().then(() => node.runtime.started.length === 2))
  assert.ok((await probeEvents()).includes('Killing: Container server failed startup probe, will be restarted'))
})

test('initialDelaySeconds and successThreshold', async () => {
  const readinessProbe = { exec: { command: ['x'] }, periodSeconds: 1, initialDelaySeconds: 5, successThreshold: 2 }
  await node.create('web', { containers: container({ readinessProbe }) })
  await node.reaches('web', 'running')
  const { executed } = node.runtime.container('server')
  await node.clock.advance(4_000)
  assert.is(executed.length, 0)
  await node.clock.advance(1_100)
  await until('asked', () => executed.length === 1)
  await turn()
  assert.is(await isReady(), false)
  await node.clock.advance(1_000)
  await until('ready', async () => turn().then(isReady))
})

test('a TCP probe connects, and a command that takes too long is a miss', async () => {
  const server = createNetServer()
  await new Promise<void>((resolve) => server.listen(node.sockets.path('10.244.1.2', 99), resolve))
  servers.push(server)
  await node.create('web', { containers: container({ readinessProbe: { tcpSocket: { port: 99 } } }) })
  await until('ready', async () => turn().then(isReady))
  node.runtime.onStart = (started) => {
    started.onExec = () => ({ timedOut: true })
  }
  await node.create('slow', { containers: container({ readinessProbe: { exec: { command: ['sleep', '5'] } } }) })
  const told = 'Unhealthy: Readiness probe failed: command timed out: "sleep 5" timed out after 1s'
  await until('told', async () =>
    turn().then(async () => (await node.events('slow')).some((event) => event.startsWith(told))),
  )
})

test('a pod that ends is asked no more whether it lives, but whether it is ready', async () => {
  const probe = (what: string) => ({ exec: { command: [what] }, periodSeconds: 1 })
  await node.create('web', {
    terminationGracePeriodSeconds: 30,
    containers: container({ livenessProbe: probe('liveness'), readinessProbe: probe('readiness') }),
  })
  await node.reaches('web', 'running')
  await until('ready', async () => turn().then(isReady))
  const server = node.runtime.container('server')
  server.obeys = ['SIGKILL']
  await node.api.delete('v1 Pod', { namespace: 'default', name: 'web' })
  await until('asked to end', async () => turn().then(() => server.signals.length === 1))
  server.executed.length = 0
  server.onExec = () => ({ exitCode: 1 })
  await node.clock.advance(5_000)
  assert.equal(new Set(server.executed.map(([what]) => what)), new Set(['readiness']))
  await until('not ready', async () => turn().then(async () => (await isReady()) === false))
})

test.run()
