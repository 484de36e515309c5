import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { RealClock } from '../../cluster/apimachinery/clock.ts'
import { Stage } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import { Settled } from './outcome.ts'
import { freePort, Program } from './program.ts'
import { askUrl } from './reply.ts'
import { Waiting } from './waiting.ts'

const test = suite("programs of the learner's, and what becomes of a request")
const folder = mkdtempSync(path.join(tmpdir(), 'program-'))
test.after(() => rmSync(folder, { recursive: true }))
const live = new Stage().live({ folder, waiting: new Waiting(new RealClock()) })
const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text)

test('a program gets its port, answers, and ends with its own exit code', async () => {
  write(
    'good.mjs',
    `import { createServer } from 'node:http'
     const server = createServer((request, response) => response.end('hello')).listen(Number(process.env.PORT))
     process.on('SIGTERM', () => process.exit(7))`,
  )
  const program = await Program.start(live, 'good.mjs')
  const reply = await program.ask('/')
  assert.is(reply.kind === 'answer' && reply.text, 'hello')
  program.signal('SIGTERM')
  assert.is((await program.ended).code, 7)
})

test('a program that ends at once is told from one that does not listen', async () => {
  write('broken.mjs', 'throw new TypeError("no such thing")')
  write('deaf.mjs', 'setInterval(() => {}, 1000)')
  const codeOf = (file: string, within: number) =>
    Program.start(live, file, { within }).then(
      () => 'started',
      (error: unknown) => (error instanceof Settled && 'code' in error.outcome ? error.outcome.code : String(error)),
    )
  assert.is(await codeOf('broken.mjs', 10), 'program-not-started')
  assert.is(await codeOf('deaf.mjs', 1), 'program-not-listening')
})

test('every request is accounted for: answered, refused, cut off, or left without an answer', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/cut') request.socket.destroy()
    else if (request.url === '/half')
      response.writeHead(200, { 'content-length': 100 }).write('half', () => request.socket.destroy())
    else if (request.url !== '/silent') response.writeHead(503).end('busy')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const kindOf = async (page: string) => {
    const reply = await askUrl(`${url}${page}`, { timeoutMs: 300 })
    return reply.kind === 'answer' ? reply.status : reply.by
  }
  assert.is(await kindOf('/'), 503)
  assert.is(await kindOf('/cut'), 'cut')
  assert.is(await kindOf('/half'), 'cut')
  assert.is(await kindOf('/silent'), 'silent')
  server.closeAllConnections()
  server.close()
  const reply = await askUrl(`http://127.0.0.1:${await freePort()}/`)
  assert.is(reply.kind === 'failed' && reply.by, 'refused')
})

test.run()
