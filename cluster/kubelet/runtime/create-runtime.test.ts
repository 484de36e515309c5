import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import { until } from '../../../test/harness/until.ts'
import { createRuntime, type LocalRuntime } from './create-runtime.ts'
import type { PodNetwork } from './pod-network.ts'
import { PodSockets } from './pod-sockets.ts'
import type { ContainerConfig, Image, Sandbox } from './runtime.ts'

const test = suite('runtime')

let stateFolder: string
let runtime: LocalRuntime
let sockets: PodSockets

const network: PodNetwork = {
  lookup: async (_, name) => (name === 'store' ? ['10.96.0.7'] : []),
  route: async (_, address, port) => {
    if (address === '10.96.0.7') return { to: 'pod', ip: '10.244.1.9', port: 3000 }
    return address.startsWith('10.') ? { to: 'pod', ip: address, port } : { to: 'outside' }
  },
}

test.before(async () => {
  stateFolder = await mkdtemp(path.join(os.tmpdir(), 'runtime-'))
  runtime = await createRuntime({ stateFolder })
  sockets = new PodSockets(stateFolder)
})

test.after(async () => {
  await runtime.close()
  await rm(stateFolder, { recursive: true, force: true })
})

let count = 0

async function imageWith(files: Record<string, string>, cmd: readonly string[]): Promise<Image> {
  count += 1
  const rootfs = path.join(stateFolder, `image-${count}`)
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(rootfs, file)), { recursive: true })
    await writeFile(path.join(rootfs, file), text)
  }
  const config = {
    env: {},
    entrypoint: [],
    cmd,
    workingDir: '/app',
    user: '',
    exposedPorts: [],
    labels: {},
    base: 'node:24',
  }
  return { id: `sha256:${count}`, names: [], config, rootfs, builtIn: false }
}

function sandboxAt(ip: string): Promise<Sandbox> {
  return runtime.createSandbox({
    uid: ip,
    namespace: 'default',
    name: `pod-${ip}`,
    hostname: `pod-${ip}`,
    ip,
    hostAliases: [],
    network,
  })
}

function configOf(image: Image, rest: Partial<ContainerConfig> = {}): ContainerConfig {
  count += 1
  return {
    name: 'app',
    attempt: 0,
    image,
    env: {},
    mounts: [],
    logPath: path.join(stateFolder, 'logs', `${count}.log`),
    terminationMessagePath: '/dev/termination-log',
    ...rest,
  }
}

async function ask(ip: string, port: number, text: string): Promise<string> {
  const socket = net.connect(sockets.path(ip, port))
  socket.end(text)
  let answer = ''
  for await (const chunk of socket) answer += chunk
  return answer
}

const SERVER = `
const http = require('node:http')
const server = http.createServer((request, response) => response.end('hello from ' + process.pid + ' ' + request.url))
server.listen(3000, () => console.log('listening', JSON.stringify(server.address())))
`

test('a server of a container is reached at the socket of its pod, and ends with 137 when it is killed', async () => {
  const sandbox = await sandboxAt('10.244.1.2')
  const config = configOf(await imageWith({ 'app/server.js': SERVER }, ['node', 'server.js']))
  const container = await sandbox.start(config)
  await until('it listens', async () => (await readFile(config.logPath, 'utf8')).includes('listening'))
  assert.match(
    await readFile(config.logPath, 'utf8'),
    /^\S+Z stdout F listening {"address":"::","family":"IPv6","port":3000}\n$/,
  )
  const answer = await ask('10.244.1.2', 3000, 'GET /x HTTP/1.0\r\n\r\n')
  assert.match(answer, /hello from 1 \/x$/)

  container.signal('SIGTERM')
  assert.match(await ask('10.244.1.2', 3000, 'GET /y HTTP/1.0\r\n\r\n'), /hello from 1 \/y$/)
  container.signal('SIGKILL')
  const { code, signal, oomKilled } = await container.exited
  assert.equal({ code, signal, oomKilled }, { code: 137, signal: 9, oomKilled: false })
  await sandbox.remove()
})

test('the starter app is built from the workbook, answers, and ends by itself at SIGTERM', async () => {
  const image = await runtime.images.pull('starter-app:1.1')
  const sandbox = await sandboxAt('10.244.1.3')
  const config = configOf(image, { env: { GREETING: 'Hi' } })
  const container = await sandbox.start(config)
  await until('it listens', async () => (await readFile(config.logPath, 'utf8')).includes('listening'))
  assert.match(await ask('10.244.1.3', 3000, 'GET /version HTTP/1.0\r\n\r\n'), /1\.1/)
  container.signal('SIGTERM')
  assert.equal((await container.exited).code, 0)
  await sandbox.remove()
})

async function logOf(config: ContainerConfig): Promise<string> {
  const text = await readFile(config.logPath, 'utf8')
  return text.replace(/^\S+ (stdout|stderr) [FP] /gm, '')
}

/** Runs a command in busybox to its end. */
async function runInBusybox(ip: string, command: readonly string[], rest: Partial<ContainerConfig> = {}) {
  const sandbox = await sandboxAt(ip)
  const config = configOf(await runtime.images.pull('busybox:1.36'), { command, ...rest })
  const container = await sandbox.start(config)
  const { code } = await container.exited
  await sandbox.remove()
  return { code, log: await logOf(config) }
}

test('a line of the shell runs in the sandbox', async () => {
  const line =
    'echo hello $WHO | tr a-z A-Z; nosuch; for i in 1 2; do echo $i > /tmp/x; cat /tmp/x; done; hostname; exit 3'
  const { code, log } = await runInBusybox('10.244.1.4', ['sh', '-c', line], { env: { WHO: 'world' } })
  assert.is(log, 'HELLO WORLD\nsh: nosuch: not found\n1\n2\npod-10.244.1.4\n')
  assert.is(code, 3)
})

test('exec runs in a container and shares its files', async () => {
  const sandbox = await sandboxAt('10.244.1.5')
  const script = "require('fs').writeFileSync('/tmp/from-node', 'by node'); setInterval(() => {}, 1000)"
  const config = configOf(await imageWith({ 'app/server.js': script }, ['node', 'server.js']))
  const container = await sandbox.start(config)
  const read = await until('node has written', async () => {
    const result = await container.exec(['cat', '/tmp/from-node'], {})
    return result.exitCode === 0 && result
  })
  assert.equal(read, { exitCode: 0, stdout: 'by node', stderr: '', timedOut: false })
  const late = await container.exec(['sleep', '100'], { timeoutMs: 50 })
  assert.equal([late.timedOut, late.exitCode], [true, 137])
  const ps = await container.exec(['ps'], {})
  assert.match(ps.stdout, /^PID {3}USER {5}COMMAND\n {4}1 root {5}node server.js\n +\d+ root {5}ps\n$/)
  await sandbox.remove()
})

test.run()
