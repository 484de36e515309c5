import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { KubeConfig, PortForward } from '@kubernetes/client-node'
import * as assert from 'uvu/assert'
import { createWebSocketStream, type WebSocket } from 'ws'
import { noNodes } from '../../../../test/harness/no-nodes.ts'
import { suite } from '../../../../test/harness/suite.ts'
import { until } from '../../../../test/harness/until.ts'
import { ServerUnderTest } from '../server-under-test.ts'
import { messagesOf, onChannel, openSpdy, openWebSocket, type Refusal, received, send } from './client-under-test.ts'
import { SpdyConnection, type SpdyStream } from './spdy-connection.ts'

const test = suite('pods/portforward')
const PODS = '/api/v1/namespaces/default/pods'
const V4 = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
const REFUSED =
  'error forwarding port 3999 to pod box, uid : failed to connect to localhost:3999 inside namespace "box", IPv4: dial tcp4 127.0.0.1:3999: connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found '

let api: ServerUnderTest
let echo: Server
const connections = new Set<Socket>()

test.before(async () => {
  // Says back in capitals what it hears, and ends when the other side has, or says bye.
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      socket.write(bytes.toString().toUpperCase())
      if (bytes.includes('bye')) socket.end()
    })
    socket.on('end', () => socket.end())
  })
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const { port: real } = echo.address() as AddressInfo
  api = await ServerUnderTest.start({
    ...noNodes,
    async localhost(pod) {
      if (pod.metadata.name === 'done') throw new Error('pod not found ("done_default")')
      return {
        sandbox: 'box',
        async dial(port) {
          const socket = connect({ port: port === 3000 ? real : 1, host: '127.0.0.1', allowHalfOpen: true })
          await once(socket, 'connect')
          return socket
        },
      }
    },
  })
  const client = api.server.client('test')
  await client.create('v1 Node', { metadata: { name: 'node-1' } })
  await client.create('v1 ServiceAccount', { metadata: { name: 'default', namespace: 'default' } })
  for (const name of ['web', 'done']) {
    const spec = { nodeName: 'node-1', containers: [{ name: 'main', image: 'app:1' }] }
    await client.create('v1 Pod', { metadata: { name, namespace: 'default' }, spec })
  }
})
test.after(async () => {
  await api.close()
  echo.close()
})

/** The two streams of a connection, as kubectl opens them: error first. */
async function opened(connection: SpdyConnection, port: number, request: number) {
  const headers = (streamType: string) =>
    new Map([
      ['streamType', streamType],
      ['port', String(port)],
      ['requestID', String(request)],
    ])
  const error: SpdyStream = await connection.open(4 * request + 1, headers('error'))
  error.end()
  const data: SpdyStream = await connection.open(4 * request + 3, headers('data'))
  return { error, data }
}

async function checkSpdy(connection: SpdyConnection): Promise<void> {
  const first = await opened(connection, 3000, 0)
  const second = await opened(connection, 3000, 1)
  second.data.end('second')
  first.data.write('first ')
  assert.is(await received(second.data), 'SECOND')
  first.data.end('still open')
  assert.is(await received(first.data), 'FIRST STILL OPEN')
  assert.is(await received(first.error), '')
  const refused = await opened(connection, 3999, 2)
  assert.is(await received(refused.error), REFUSED)
  const third = await opened(connection, 3000, 3)
  third.data.end('after a refusal')
  assert.is(await received(third.data), 'AFTER A REFUSAL')
}

test('SPDY/3.1: several connections at once, half closed, one of them refused', async () => {
  const connection = await openSpdy(api, `${PODS}/web/portforward`, ['portforward.k8s.io'])
  assert.instance(connection, SpdyConnection)
  await checkSpdy(connection as SpdyConnection)
  await (connection as SpdyConnection).close()
  await until('nothing is left', () => connections.size === 0)
})

test('when the client goes away, its connections end', async () => {
  const connection = (await openSpdy(api, `${PODS}/web/portforward`, ['portforward.k8s.io'])) as SpdyConnection
  const { data } = await opened(connection, 3000, 0)
  data.write('hello')
  await once(data, 'data')
  assert.is(connections.size, 1)
  await connection.close()
  await until('the pod hears of it', () => connections.size === 0)
})

test('SPDY/3.1 through a WebSocket, whose name for it no grammar allows', async () => {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    'sec-websocket-protocol': 'SPDY/3.1+portforward.k8s.io',
  }
  const socket = await tunnel(headers)
  const connection = new SpdyConnection(createWebSocketStream(socket), () => {})
  await checkSpdy(connection)
  await connection.close()
  await until('nothing is left', () => connections.size === 0)
})

test('channels of a WebSocket: first the port, then data; the end of the connection ends it', async () => {
  const socket = await openWebSocket(api, `${PODS}/web/portforward?ports=3000`, V4)
  assert.is((socket as WebSocket).protocol, 'v4.channel.k8s.io')
  const all = messagesOf(socket)
  send(socket, 0, 'over channels, bye')
  const messages = await all
  assert.equal(messages.slice(0, 2), [
    [0, '\xb8\x0b'],
    [1, '\xb8\x0b'],
  ])
  assert.is(onChannel(messages.slice(2), 0), 'OVER CHANNELS, BYE')
  assert.is(onChannel(messages.slice(2), 1), '')
  await until('nothing is left', () => connections.size === 0)
})

test('a port that nobody listens on is told on the error channel', async () => {
  const messages = await messagesOf(await openWebSocket(api, `${PODS}/web/portforward?ports=3999`, V4))
  assert.is(onChannel(messages.slice(2), 1), REFUSED)
})

test("client-node's PortForward reaches the pod", async () => {
  const config = new KubeConfig()
  config.loadFromClusterAndUser(
    { name: 'test', server: api.server.url, skipTLSVerify: true },
    { name: 'test', token: 'secret' },
  )
  const [output, input] = [new PassThrough(), new PassThrough()]
  const socket = await new PortForward(config).portForward('default', 'web', [3000], output, null, input)
  input.write('from client-node')
  const [answer] = (await once(output, 'data')) as [Buffer]
  assert.is(String(answer), 'FROM CLIENT-NODE')
  ;(socket as { close(): void }).close()
  await until('nothing is left', () => connections.size === 0)
})

test('what is wrong is an answer in HTTP', async () => {
  const refused = async (query: string, pod = 'web', protocols = V4) => {
    const { status, text: body } = (await openWebSocket(
      api,
      `${PODS}/${pod}/portforward${query}`,
      protocols,
    )) as Refusal
    return [status, body.startsWith('{') ? (JSON.parse(body) as { message: string }).message : body]
  }
  assert.equal(await refused('?ports=1', 'done'), [500, 'pod not found ("done_default")'])
  assert.equal(await refused('?ports=1', 'nobody'), [404, 'pods "nobody" not found'])
  assert.equal(await refused(''), [400, 'query parameter "port" is required'])
  assert.equal(await refused('?ports=0'), [400, 'port "0" must be > 0'])
  assert.equal((await refused('?ports=a'))[0], 400)
  assert.equal(await refused('?ports=1', 'web', ['portforward.k8s.io']), [403, ''])
  assert.is((await api.ask(`${PODS}/web/portforward`, { method: 'POST' })).status, 400)
})

/** `ws` would not ask for such a subprotocol; so the handshake is made by hand. */
async function tunnel(headers: Readonly<Record<string, string>>): Promise<WebSocket> {
  const { request } = await import('node:https')
  const { WebSocket: Socket } = await import('ws')
  const options = { headers: { authorization: 'Bearer secret', ...headers }, rejectUnauthorized: false, agent: false }
  const sent = request(`${api.server.url}${PODS}/web/portforward`, options as object)
  sent.end()
  const [response, socket, head] = await once(sent, 'upgrade')
  assert.is(response.headers['sec-websocket-protocol'], 'SPDY/3.1+portforward.k8s.io')
  const webSocket = new Socket(null as never, undefined, {} as never)
  // A client's: it masks what it sends.
  Object.assign(webSocket, { _isServer: false })
  ;(webSocket as unknown as { setSocket(...given: unknown[]): void }).setSocket(socket, head, {
    allowSynchronousEvents: true,
    maxPayload: 0,
    skipUTF8Validation: false,
  })
  return webSocket
}

test.run()
