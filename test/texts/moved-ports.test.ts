import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../harness/suite.ts'
import { MovedPorts } from './moved-ports.ts'

const test = suite('ports that are moved')

test('each named port is another one, everywhere and nothing else', async () => {
  const moved = await MovedPorts.of([3000, 4001])
  const [, a = '', b = ''] = /^ \(3000 is (\d+), 4001 is (\d+) here\)$/.exec(moved.note) ?? []
  assert.ok(a !== '' && b !== '' && a !== b)
  assert.is(moved.inText('PORT=4001 :3000/ :::3000 13000 30001 3000'), `PORT=${b} :${a}/ :::${a} 13000 30001 ${a}`)
})

test('in files too', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'moved-ports-'))
  const moved = await MovedPorts.of([3000])
  writeFileSync(path.join(folder, 'server.ts'), 'server.listen(3000)\n')
  moved.inFiles(folder, ['server.ts'])
  assert.is(readFileSync(path.join(folder, 'server.ts'), 'utf8'), moved.inText('server.listen(3000)\n'))
  assert.not.match(readFileSync(path.join(folder, 'server.ts'), 'utf8'), /3000/)
  rmSync(folder, { recursive: true })
})

test('no ports, no note, no change', async () => {
  const moved = await MovedPorts.of([])
  assert.is(moved.note, '')
  assert.is(moved.inText('3000'), '3000')
})

test.run()
