import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import * as assert from 'uvu/assert'
import type { CommandStreams } from '../../cluster/apiserver/node-connector.ts'
import { suite } from '../../test/harness/suite.ts'
import { until } from '../../test/harness/until.ts'
import { type KubectlFixture, kubectlWithServer } from './test/kubectl-fixture.ts'

const test = suite('exec and port-forward of our kubectl')

let fixture: KubectlFixture
let close: () => Promise<void>
let echo: Server
const connections = new Set<Socket>()
let reached: CommandStreams | undefined

/** `cat`, `wait` for the client to go, `fail N`, or words that are repeated. */
async function command(words: readonly string[], streams: CommandStreams): Promise<number> {
  reached = streams
  const { stdin, stdout, gone } = streams
  if (words[0] === 'cat' && stdin) for await (const chunk of stdin) stdout?.write(chunk)
  else stdout?.write(`${words.join(' ')}\n`)
  if (words[0] === 'wait') await new Promise((resolve) => gone.addEventListener('abort', resolve))
  return words[0] === 'fail' ? Number(words[1]) : 0
}

test.before(async () => {
  echo = createServer((socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
    socket.on('error', () => {})
    socket.on('data', (bytes) => socket.write(bytes.toString().toUpperCase()))
  })
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const { port: real } = echo.address() as AddressInfo
  const served = await kubectlWithServer({
    reach: async () => ({ exec: command, attach: (streams) => command(['attached'], streams) }),
    localhost: async () => ({
      sandbox: 'box',
      async dial(port) {
        const socket = connect({ port: port === 3000 ? real : 1, host: '127.0.0.1' })
        await once(socket, 'connect')
        return socket
      },
    }),
  })
  ;({ fixture, close } = served)
  const api = served.server.client('test')
  await api.create('v1 Node', { metadata: { name: 'node-1' } })
  await api.create('v1 ServiceAccount', { metadata: { name: 'default', namespace: 'default' } })
  await api.create('v1 Pod', {
    metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
    spec: {
      nodeName: 'node-1',
      containers: [{ name: 'main', image: 'app:1', ports: [{ name: 'http', containerPort: 3000 }] }],
    },
  })
  const running = { type: 'merge', body: { status: { phase: 'Running' } } } as const
  await api.patch('v1 Pod', { namespace: 'default', name: 'web' }, running, { subresource: 'status' })
  await api.create('v1 Service', {
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
  })
})
test.after(async () => {
  await close()
  echo.close()
})

test('exec gives output, input and exit code', async () => {
  assert.equal(await fixture.kubectl('exec web -- echo hi'), { code: 0, out: 'echo hi\n', err: '' })
  assert.equal(await fixture.kubectl('exec -i svc/web -- cat', { stdin: 'typed' }), { code: 0, out: 'typed', err: '' })
  const failed = await fixture.kubectl('exec web -- fail 3')
  assert.equal(failed, { code: 3, out: 'fail 3\n', err: 'command terminated with exit code 3\n' })
})

test('without -i nothing is read, and -t needs a terminal', async () => {
  assert.is((await fixture.kubectl('exec web -- cat', { stdin: 'unheard' })).out, 'cat\n')
  const { out, err } = await fixture.kubectl('exec -it web -- echo hi', { stdin: '' })
  assert.is(out, 'echo hi\n')
  assert.is(err, 'Unable to use a TTY - input is not a terminal or the right kind of file\n')
  assert.is(reached?.tty, false)
})

test('Ctrl-C ends exec, and the command hears of it', async () => {
  const stop = new AbortController()
  const heard = (out: string) => void (out.includes('wait') && stop.abort())
  await fixture.kubectl('exec web -- wait', { signal: stop.signal, heard })
  await until('the command hears', () => reached?.gone.aborted === true)
})

test('port-forward carries connections until Ctrl-C, and leaves no listener', async () => {
  let printed = ''
  const heard = (out: string) => {
    printed = out
  }
  const found = () =>
    [...printed.matchAll(/^Forwarding from 127\.0\.0\.1:(\d+) -> 3000$/gm)].map(([, port]) => Number(port))
  const stop = new AbortController()
  const forwarding = fixture.kubectl('port-forward svc/web :80', { signal: stop.signal, heard })
  await until('it listens', () => found().length === 1)
  const [port = 0] = found()
  const sockets = ['one', 'two'].map((text) => {
    const socket = connect(port, '127.0.0.1')
    socket.write(text)
    return socket
  })
  const answers = await Promise.all(sockets.map(async (socket) => String((await once(socket, 'data'))[0])))
  assert.equal(answers, ['ONE', 'TWO'])
  sockets[0]?.end()
  await until('the pod hears of the end of one', () => connections.size === 1)
  stop.abort()
  assert.is((await forwarding).code, 0)
  await until('nothing is left', () => connections.size === 0)
  const [refused] = (await once(connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException]
  assert.is(refused.code, 'ECONNREFUSED')
})

test('ports are found by name, and refused where there is none', async () => {
  const failed = async (line: string) => (await fixture.kubectl(line)).err
  assert.is(await failed('port-forward svc/web 0:http'), "error: Service 'web' does not have a named port 'http'\n")
  assert.is(await failed('port-forward svc/web 0:81'), 'error: Service web does not have a service port 81\n')
  assert.is(await failed('port-forward web 0:nope'), "error: Pod 'web' does not have a named port 'nope'\n")
  assert.match(await failed('port-forward web'), 'TYPE/NAME and list of ports are required for port-forward')
})

test('a port that nobody listens on is told, and ends it', async () => {
  let port = 0
  const running = fixture.kubectl('port-forward web :3999', {
    heard: (out) => {
      port ||= Number(/127\.0\.0\.1:(\d+)/.exec(out)?.[1] ?? 0)
    },
  })
  await until('it listens', () => port > 0)
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  const { code, err } = await running
  assert.is(code, 1)
  assert.match(err, /an error occurred forwarding \d+ -> 3999: .*connect: connection refused/)
  assert.match(err, /error: lost connection to pod\n$/)
})

test.run()
