import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { until } from '../../test/harness/until.ts'
import { TcpForwarder } from './tcp-forwarder.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'kbh-forwarder-'))
const closing: (() => unknown)[] = []
let count = 0

async function pod(serve: (socket: net.Socket) => void): Promise<string> {
  count += 1
  const own =
    process.platform === 'win32' ? `\\\\.\\pipe\\${path.basename(folder)}-${count}` : path.join(folder, `${count}`)
  const server = net.createServer({ allowHalfOpen: true }, (socket) => serve(socket.on('error', () => {}))).listen(own)
  await once(server, 'listening')
  closing.push(() => server.close())
  return own
}

async function forward(choose: () => string | undefined): Promise<TcpForwarder> {
  const forwarder = await TcpForwarder.listen(0, choose)
  closing.push(() => forwarder.close())
  return forwarder
}

async function read(socket: net.Socket): Promise<string> {
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  await once(socket, 'end')
  return text
}

const test = suite('tcp forwarder')

test.after(() => {
  for (const close of closing) close()
  rmSync(folder, { recursive: true, force: true })
})

test('a client that has ended its half still gets the answer', async () => {
  const target = await pod(async (socket) => socket.end(`got ${(await read(socket)).length}`))
  const { port } = await forward(() => target)
  const client = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  client.end('x'.repeat(1_000_000))
  assert.is(await read(client), 'got 1000000')
})

test('a slow reader slows the pod down instead of filling the memory', async () => {
  let written = 0
  const target = await pod((socket) => {
    const chunk = Buffer.alloc(64 * 1024)
    const write = () => {
      let room = true
      while (written < 200 && room) {
        room = socket.write(chunk)
        written += 1
      }
      if (room) socket.end()
      else socket.once('drain', write)
    }
    write()
  })
  const { port } = await forward(() => target)
  const client = net.connect(port, '127.0.0.1')
  await once(client, 'connect')
  await once(client, 'readable')
  let last = -1
  const stands = () => {
    const before = last
    last = written
    return before === written
  }
  await until('the pod waits', stands, { every: 100 })
  assert.ok(written < 200, `${written} chunks of 200 were written to a client that does not read`)
  client.destroy()
})

test('nobody there, or an endpoint that has gone: the connection is reset', async () => {
  for (const choose of [() => undefined, () => path.join(folder, 'gone')]) {
    const { port } = await forward(choose)
    const client = net.connect(port, '127.0.0.1')
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException]
    assert.is(error.code, 'ECONNRESET')
  }
})

test('a client that breaks off ends the connection to the pod', async () => {
  let ended = false
  const target = await pod((socket) => {
    socket.on('close', () => {
      ended = true
    })
    socket.on('end', () => socket.end())
    socket.resume().write('hello')
  })
  const { port } = await forward(() => target)
  const client = net.connect(port, '127.0.0.1')
  await once(client, 'data')
  client.resetAndDestroy()
  await until('the pod sees the end', () => ended)
})

test('a port that is taken is told with its error', async () => {
  const { port } = await forward(() => undefined)
  try {
    await TcpForwarder.listen(port, () => undefined)
    assert.unreachable()
  } catch (error) {
    assert.is((error as NodeJS.ErrnoException).code, 'EADDRINUSE')
  }
})

test.run()
