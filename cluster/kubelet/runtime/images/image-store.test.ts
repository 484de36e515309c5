import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../../../test/harness/suite.ts'
import type { ImageConfig } from '../runtime.ts'
import { ImageStore } from './image-store.ts'

const test = suite('image store')

const config: ImageConfig = {
  env: {},
  entrypoint: ['node', 'server.js'],
  cmd: [],
  workingDir: '/',
  user: 'node',
  exposedPorts: [],
  labels: {},
  base: 'node:24-slim',
}
let folder = ''

test.before.each(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'image-store-'))
})
test.after.each(() => rm(folder, { recursive: true, force: true }))

async function rootfs(name: string): Promise<string> {
  const at = path.join(folder, 'parts', name)
  await mkdir(at, { recursive: true })
  await writeFile(path.join(at, 'server.js'), 'console.log(1)')
  return at
}

test('names given at the same time, by several, are all kept', async () => {
  const stores = [new ImageStore(folder), new ImageStore(folder)]
  await stores[0]?.put('sha256:aa', config, await rootfs('a'))
  const names = Array.from({ length: 20 }, (_, index) => `docker.io/library/server:${index}`)
  await Promise.all(names.map((name, index) => stores[index % 2]?.tag('sha256:aa', name)))
  const [image] = await new ImageStore(folder).list()
  assert.equal([...(image?.names ?? [])].sort(), names.map((_, index) => `server:${index}`).sort())
})

test('the same image put twice at once is there once, and nothing is left over', async () => {
  const [one, other] = [new ImageStore(folder), new ImageStore(folder)]
  const parts = await Promise.all([rootfs('a'), rootfs('b')])
  await Promise.all([one.put('sha256:aa', config, parts[0]), other.put('sha256:aa', config, parts[1])])
  assert.equal((await one.byId('sha256:aa'))?.config, config)
  assert.equal((await readdir(folder)).sort(), ['aa', 'parts'])
  assert.equal(await readdir(path.join(folder, 'parts')), [])
})

test('a name can be moved to another image; one that was never given finds none', async () => {
  const store = new ImageStore(folder)
  await store.put('sha256:aa', config, await rootfs('a'))
  await store.put('sha256:bb', config, await rootfs('b'))
  await store.tag('sha256:aa', 'docker.io/library/server:1')
  await store.tag('sha256:bb', 'docker.io/library/server:1')
  assert.is((await store.find('server:1'))?.id, 'sha256:bb')
  assert.equal((await store.byId('sha256:aa'))?.names, [])
  assert.is(await store.find('server:2'), undefined)
})

test.run()
