import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Exec, KubeConfig, type V1Status } from '@kubernetes/client-node'
import * as assert from 'uvu/assert'
import type { WebSocket } from 'ws'
import { noNodes } from '../../../../test/harness/no-nodes.ts'
import { suite } from '../../../../test/harness/suite.ts'
import { until } from '../../../../test/harness/until.ts'
import type { CommandStreams } from '../../node-connector.ts'
import { ServerUnderTest } from '../server-under-test.ts'
import { messagesOf, onChannel, openSpdy, openWebSocket, type Refusal, received, send } from './client-under-test.ts'
import { SpdyConnection } from './spdy-connection.ts'

const test = suite('pods/exec')
const PODS = '/api/v1/namespaces/default/pods'
const [V4, V5] = [['v4.channel.k8s.io'], ['v5.channel.k8s.io', 'v4.channel.k8s.io']]
const SUCCESS = '{"metadata":{},"status":"Success"}'

let api: ServerUnderTest
/** The streams of the last command. */
let last: CommandStreams | undefined

/** Stands for a container: `fail N`, `cat`, `wait` for the client to go, `sizes` of the terminal, or words that it repeats. */
async function command(words: readonly string[], streams: CommandStreams): Promise<number> {
  last = streams
  const { stdin, stdout, stderr, gone, sizes } = streams
  if (words[0] === 'nosuch')
    throw new Error('failed to exec in container: exec: "nosuch": executable file not found in $PATH')
  if (words[0] === 'cat' && stdin)
    for await (const chunk of stdin.iterator({ destroyOnReturn: false })) stdout?.write(chunk)
  else if (words[0] === 'wait') await new Promise((resolve) => gone.addEventListener('abort', resolve))
  else if (words[0] === 'sizes') {
    for await (const size of sizes) {
      stdout?.write(JSON.stringify(size))
      break
    }
  } else stdout?.write(words.join(' '))
  stderr?.write('to stderr')
  return words[0] === 'fail' ? Number(words[1]) : 0
}

test.before(async () => {
  api = await ServerUnderTest.start({
    ...noNodes,
    async reach(_pod, container) {
      if (container === 'ended') throw new Error(`container not found ("${container}")`)
      return { exec: command, attach: (streams) => command(['attached'], streams) }
    },
  })
  const client = api.server.client('test')
  await client.create('v1 Node', { metadata: { name: 'node-1' } })
  await client.create('v1 ServiceAccount', { metadata: { name: 'default', namespace: 'default' } })
  const pod = async (name: string, containers: readonly string[], nodeName?: string) => {
    await client.create('v1 Pod', {
      metadata: { name, namespace: 'default' },
      spec: {
        ...(nodeName && { nodeName }),
        initContainers: [{ name: 'first', image: 'app:1' }],
        containers: containers.map((container) => ({ name: container, image: 'app:1' })),
      },
    })
  }
  await pod('web', ['main'], 'node-1')
  await pod('two', ['main', 'ended'], 'node-1')
  await pod('pending', ['main'])
})
test.after(() => api.close())

function path(query: string, pod = 'web', subresource = 'exec'): string {
  return `${PODS}/${pod}/${subresource}?${query}`
}

for (const protocols of [V4, V5]) {
  test(`${protocols[0]}: output on two channels, then the status`, async () => {
    const socket = await openWebSocket(api, path('command=echo&command=hi&stdout=1&stderr=1'), protocols)
    assert.is((socket as WebSocket).protocol, protocols[0])
    const messages = await messagesOf(socket)
    assert.equal(messages[0], [1, ''])
    assert.is(onChannel(messages, 1), 'echo hi')
    assert.is(onChannel(messages, 2), 'to stderr')
    assert.is(onChannel(messages, 3), SUCCESS)
  })

  test(`${protocols[0]}: an exit code is a cause of the status`, async () => {
    const messages = await messagesOf(await openWebSocket(api, path('command=fail&command=3&stdout=1'), protocols))
    const status = JSON.parse(onChannel(messages, 3)) as V1Status
    assert.is(status.reason, 'NonZeroExitCode')
    assert.equal(status.details?.causes, [{ reason: 'ExitCode', message: '3' }])
    const why =
      protocols === V4 ? 'error executing command [fail 3], exit code 3' : 'command terminated with exit code 3'
    assert.is(status.message, `command terminated with non-zero exit code: ${why}`)
    // Nothing that was not asked for.
    assert.is(onChannel(messages, 2), '')
  })
}

test('v5: stdin ends without the connection; v4 has no such signal', async () => {
  const socket = await openWebSocket(api, path('command=cat&stdin=1&stdout=1'), V5)
  const all = messagesOf(socket)
  send(socket, 0, 'one ')
  send(socket, 0, Buffer.from([0xff, 0x00]))
  send(socket, 255, Buffer.of(0))
  const messages = await all
  assert.is(onChannel(messages, 1), 'one \xff\x00')
  assert.is(onChannel(messages, 3), SUCCESS)

  const older = (await openWebSocket(api, path('command=cat&stdin=1&stdout=1'), V4)) as WebSocket
  send(older, 255, Buffer.of(0))
  send(older, 0, 'still open')
  await new Promise<void>((resolve) => {
    older.on('message', (data: Buffer) => data.toString() === '\x01still open' && resolve())
  })
  older.close()
})

test('a large input arrives whole, however slowly it is read', async () => {
  const socket = await openWebSocket(api, path('command=cat&stdin=1&stdout=1'), V5)
  const all = messagesOf(socket)
  for (let n = 0; n < 100; n++) send(socket, 0, Buffer.alloc(32 * 1024, n))
  send(socket, 255, Buffer.of(0))
  assert.is(onChannel(await all, 1).length, 100 * 32 * 1024)
})

test('a terminal has a size and one output', async () => {
  const socket = await openWebSocket(api, path('command=sizes&stdin=1&stdout=1&stderr=1&tty=1'), V5)
  const all = messagesOf(socket)
  send(socket, 4, '{"Width":100,"Height":30}')
  const messages = await all
  assert.is(onChannel(messages, 1), '{"columns":100,"rows":30}')
  assert.is(onChannel(messages, 2), '')
  assert.is(last?.tty, true)
})

test('the command hears when its client goes away, and other clients do not', async () => {
  const socket = (await openWebSocket(api, path('command=wait&stdout=1'), V5)) as WebSocket
  await until('it runs', () => last !== undefined && !last.gone.aborted)
  const left = last as CommandStreams
  const other = await openWebSocket(api, path('command=cat&stdin=1&stdout=1'), V5)
  const all = messagesOf(other)
  socket.terminate()
  await until('it hears', () => left.gone.aborted)
  send(other, 0, 'unharmed')
  send(other, 255, Buffer.of(0))
  assert.is(onChannel(await all, 1), 'unharmed')
})

test('what cannot be started, and what does not run, in the words of a real cluster', async () => {
  const why =
    'error executing command in container: failed to exec in container: exec: "nosuch": executable file not found in $PATH'
  const status = async (protocols: readonly string[], query: string) => {
    const messages = await messagesOf(await openWebSocket(api, query, protocols))
    return JSON.parse(onChannel(messages, 3)) as V1Status
  }
  const older = await status(V4, path('command=nosuch&stdout=1'))
  assert.is(older.message, `Internal error occurred: ${why}`)
  const newer = await status(V5, path('command=nosuch&stdout=1'))
  assert.is(newer.message, `Internal error occurred: Internal error occurred: ${why}`)
  const gone = await status(V5, path('command=ls&stdout=1&container=ended', 'two'))
  assert.is(gone.message, 'Internal error occurred: unable to upgrade connection: container not found ("ended")')
  const refused = (await openWebSocket(api, path('command=ls&stdout=1&container=ended', 'two'), V4)) as Refusal
  assert.equal(refused, { status: 500, text: 'container not found ("ended")' })
})

test('what is wrong with the request is an answer in HTTP', async () => {
  const refused = async (where: string, protocols = V5) => {
    const { status, text: body } = (await openWebSocket(api, where, protocols)) as Refusal
    return [status, body.startsWith('{') ? (JSON.parse(body) as V1Status).message : body]
  }
  assert.equal(await refused(path('command=ls&stdout=1', 'nobody')), [404, 'pods "nobody" not found'])
  assert.equal(await refused(path('command=ls&stdout=1', 'pending')), [
    400,
    'pod pending does not have a host assigned',
  ])
  assert.equal(await refused(path('command=ls&stdout=1&container=x')), [400, 'container x is not valid for pod web'])
  const choose = 'a container name must be specified for pod two, choose one of: [first main ended]'
  assert.equal(await refused(path('command=ls&stdout=1', 'two')), [400, choose])
  assert.equal(await refused(path('command=ls'), V4), [400, 'you must specify at least 1 of stdin, stdout, stderr'])
  assert.equal(await refused(path('command=ls&stdout=1'), ['v9.channel.k8s.io']), [403, ''])
  const plain = await api.ask(path('command=ls&stdout=1'))
  assert.equal([plain.status, (JSON.parse(plain.text) as V1Status).message], [400, 'Upgrade request required'])
  assert.is((await api.ask(path('command=ls'), { method: 'PUT' })).status, 405)
})

test('without the token nobody runs anything', async () => {
  const headers = { authorization: 'Bearer wrong', connection: 'Upgrade', upgrade: 'websocket' }
  assert.is((await api.ask(path('command=ls&stdout=1'), { headers })).status, 401)
})

test('SPDY/3.1: as kubectl 1.29 opens its streams', async () => {
  const query = path('command=cat&stdin=true&stdout=true&stderr=true')
  const connection = await openSpdy(api, query, ['v4.channel.k8s.io', 'v3.channel.k8s.io'])
  assert.instance(connection, SpdyConnection)
  const open = (id: number, type: string) => (connection as SpdyConnection).open(id, new Map([['streamType', type]]))
  const [error, stdin] = [await open(1, 'error'), await open(3, 'stdin')]
  const [stdout, stderr] = [await open(5, 'stdout'), await open(7, 'stderr')]
  const all = Promise.all([stdout, stderr, error].map(received))
  stdin.end('through SPDY')
  assert.equal(await all, ['through SPDY', 'to stderr', SUCCESS])
  await (connection as SpdyConnection).closed
  const refused = await openSpdy(api, query, ['v9'])
  assert.equal(refused, {
    status: 403,
    text: 'unable to upgrade: unable to negotiate protocol: client supports [v9], server accepts [v4.channel.k8s.io]',
  })
})

test('attach joins the container itself', async () => {
  const messages = await messagesOf(await openWebSocket(api, path('stdout=1', 'web', 'attach'), V5))
  assert.is(onChannel(messages, 1), 'attached')
})

test("client-node's Exec gets output and exit code", async () => {
  const config = new KubeConfig()
  config.loadFromClusterAndUser(
    { name: 'test', server: api.server.url, skipTLSVerify: true },
    { name: 'test', token: 'secret' },
  )
  const stdout = new PassThrough()
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(config).exec('default', 'web', 'main', ['fail', '4'], stdout, null, null, false, resolve).catch(reject)
  })
  assert.is(await text(stdout), 'fail 4')
  assert.equal(status.details?.causes, [{ reason: 'ExitCode', message: '4' }])
})

test('discovery lists the three', async () => {
  const { text: list } = await api.ask('/api/v1')
  const { resources } = JSON.parse(list) as { resources: { name: string; kind: string; verbs: string[] }[] }
  const found = resources.filter(({ name }) => /^pods\/(exec|attach|portforward)$/.test(name))
  assert.equal(
    found.map(({ kind, verbs }) => [kind, verbs]),
    ['PodExecOptions', 'PodAttachOptions', 'PodPortForwardOptions'].map((kind) => [kind, ['create', 'get']]),
  )
})

test.run()
