import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { onFreePort } from './free-port.ts'
import { StateFolder } from './state-folder.ts'

const test = suite('the port of a practice cluster')
const root = mkdtempSync(path.join(tmpdir(), 'kbh-port-'))
const state = new StateFolder(root)
const servers: net.Server[] = []
test.after(() => {
  for (const server of servers) server.close()
  rmSync(root, { recursive: true })
})

/** Listens, and gives the port. */
function listening(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject)
    servers.push(server)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

test('one that somebody else has is not taken', async () => {
  const last = await listening(0)
  writeFileSync(state.portFile, String(last))
  assert.is.not(await onFreePort(state, listening), last)
})

test('the port of last time is taken again', async () => {
  const last = await listening(0)
  writeFileSync(state.portFile, String(last))
  await new Promise((resolve) => servers.at(-1)?.close(resolve))
  assert.is(await onFreePort(state, listening), last)
})

test('who is second at a port that was free a moment ago tries another one', async () => {
  const tried: number[] = []
  const port = await onFreePort(state, async (candidate) => {
    tried.push(candidate)
    // as if another cluster had been quicker
    if (tried.length === 1) await listening(candidate)
    return await listening(candidate)
  })
  assert.is(tried.length, 2)
  assert.equal(tried, [tried[0], port])
  assert.is.not(tried[0], port)
})

test('what is wrong otherwise is told at once', async () => {
  let tried = 0
  const failing = onFreePort(state, async () => {
    tried++
    throw new Error('no certificate')
  })
  assert.is(await failing.catch((error: Error) => error.message), 'no certificate')
  assert.is(tried, 1)
})

test.run()
