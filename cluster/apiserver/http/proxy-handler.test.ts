import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import * as assert from 'uvu/assert'
import { noNodes } from '../../../test/harness/no-nodes.ts'
import { suite } from '../../../test/harness/suite.ts'
import { ServerUnderTest } from './server-under-test.ts'

const test = suite('pod and service proxy')
const POD = '/api/v1/namespaces/default/pods'
const SERVICE = '/api/v1/namespaces/default/services'
const containers = [{ name: 'web', image: 'web', ports: [{ name: 'http', containerPort: 3000 }] }]

let web: Server
let api: ServerUnderTest
const dialled: string[] = []

test.before(async () => {
  web = createServer((request, response) => {
    let size = 0
    request.on('data', (part: Buffer) => {
      size += part.length
    })
    request.on('end', () => {
      const { method, url, headers } = request
      response.writeHead(url === '/teapot' ? 418 : 200, { 'x-answer': 'yes' })
      response.end(JSON.stringify({ method, url, size, given: headers['x-given'], token: headers.authorization }))
    })
  })
  web.listen(0, '127.0.0.1')
  await once(web, 'listening')
  api = await ServerUnderTest.start({
    ...noNodes,
    async dial(ip, port) {
      dialled.push(`${ip}:${port}`)
      const socket = connect(ip === '10.244.1.2' ? (web.address() as AddressInfo).port : 1, '127.0.0.1')
      await once(socket, 'connect')
      return socket
    },
  })
  const client = api.server.client('test')
  const metadata = (name: string) => ({ name, namespace: 'default' })
  await client.create('v1 ServiceAccount', { metadata: metadata('default') })
  for (const [name, ip] of [
    ['web', '10.244.1.2'],
    ['deaf', '10.244.1.3'],
  ] as const) {
    const pod = await client.create('v1 Pod', { metadata: metadata(name), spec: { containers } })
    const status = { ...pod.status, phase: 'Running' as const, podIP: ip, podIPs: [{ ip }] }
    await client.update('v1 Pod', { ...pod, status }, { subresource: 'status' })
  }
  await client.create('v1 Pod', { metadata: metadata('pending'), spec: { containers } })
  for (const name of ['web', 'lonely']) {
    const ports = [{ name: 'http', port: 80, targetPort: 'http' }]
    await client.create('v1 Service', { metadata: metadata(name), spec: { selector: { app: name }, ports } })
  }
  await client.create('discovery.k8s.io/v1 EndpointSlice', {
    metadata: { ...metadata('web-1'), labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 3000, protocol: 'TCP' }],
    endpoints: [
      { addresses: ['10.244.1.2'], conditions: { ready: true } },
      { addresses: ['10.244.1.9'], conditions: { ready: false } },
    ],
  })
})
test.after(async () => {
  await api.close()
  web.close()
})

test('passes on method, path, query, headers and body; the token stays here', async () => {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    const body = method === 'GET' ? undefined : 'hello'
    const headersAsked = { 'x-given': 'this', ...(body && { 'transfer-encoding': 'chunked' }) }
    const asked = { method, headers: headersAsked, ...(body && { body }) }
    const { status, headers, text } = await api.ask(`${POD}/web/proxy/a/b?c=d`, asked)
    assert.is(status, 200, `${method}: ${text}`)
    assert.is(headers['x-answer'], 'yes')
    assert.equal(JSON.parse(text), { method, url: '/a/b?c=d', size: body?.length ?? 0, given: 'this' })
  }
})

test('gives the status of the pod as its own', async () => {
  assert.is((await api.ask(`${POD}/web/proxy/teapot`)).status, 418)
})

test('carries a body that is larger than any object may be', async () => {
  const { text } = await api.ask(`${POD}/web/proxy/`, { method: 'POST', body: Buffer.alloc(5_000_000) })
  assert.is(JSON.parse(text).size, 5_000_000)
})

test('finds the port by number, by name, or takes the first that is declared', async () => {
  dialled.length = 0
  for (const name of ['web', 'web:3000', 'web:http', 'http:web:3000']) await api.ask(`${POD}/${name}/proxy/`)
  assert.equal(dialled, Array(4).fill('10.244.1.2:3000'))
})

test('a service is reached at a ready endpoint, never at one that is not', async () => {
  dialled.length = 0
  for (let n = 0; n < 8; n++) assert.is((await api.ask(`${SERVICE}/web:http/proxy/`)).status, 200)
  assert.equal(new Set(dialled), new Set(['10.244.1.2:3000']))
})

test('a service without endpoints is a 503 that says so', async () => {
  const { status, text } = await api.ask(`${SERVICE}/lonely/proxy/`)
  assert.is(status, 503)
  assert.is(JSON.parse(text).message, 'no endpoints available for service "lonely"')
  assert.is(JSON.parse(text).reason, 'ServiceUnavailable')
})

test('a pod that does not answer is a 503 in the words of Kubernetes', async () => {
  const { status, text } = await api.ask(`${POD}/deaf/proxy/`)
  assert.is(status, 503)
  assert.match(
    JSON.parse(text).message,
    'error trying to reach service: dial tcp 10.244.1.3:3000: connect: connection refused',
  )
})

test('a pod without an address is refused, one that is absent not found', async () => {
  assert.is((await api.ask(`${POD}/pending/proxy/`)).status, 400)
  const { status, text } = await api.ask(`${POD}/nobody/proxy/`)
  assert.is(status, 404)
  assert.is(JSON.parse(text).message, 'pods "nobody" not found')
})

test('an upgrade is refused clearly', async () => {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'eA==',
  }
  const { status, text } = await api.ask(`${POD}/web/proxy/`, { headers })
  assert.is(status, 400)
  assert.match(JSON.parse(text).message, 'upgrade')
})

test('a client that goes away harms nobody', async () => {
  const stop = new AbortController()
  const sent = api.ask(`${POD}/web/proxy/`, {
    method: 'POST',
    headers: { 'content-length': '10' },
    signal: stop.signal,
  })
  setImmediate(() => stop.abort())
  await sent.catch(() => {})
  assert.is((await api.ask(`${POD}/web/proxy/`)).status, 200)
})

test.run()
