import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { FakeClock, settle } from '../../test/harness/fake-clock.ts'
import { suite } from '../../test/harness/suite.ts'
import type { AnyObject, ConfigMap, Namespace } from '../apimachinery/objects.ts'
import { createDefaults } from '../apiserver/default-objects.ts'
import { kinds } from '../apiserver/kinds/index.ts'
import { loopback } from '../apiserver/loopback.ts'
import { Resources } from '../apiserver/resource.ts'
import { Store } from '../etcd/store.ts'
import type { ApiClient } from './api-client.ts'
import { EventRecorder } from './event-recorder.ts'
import { Informer } from './informer.ts'
import { InformerCache } from './informer-cache.ts'
import { observingWrites } from './observed-writes.ts'

const test = suite('informer')
let folder: string
let store: Store<AnyObject>
let api: ApiClient
const clock = new FakeClock()

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'informer-'))
  store = new Store<AnyObject>(folder)
  const registry = { store, resources: new Resources(kinds), clock }
  createDefaults(registry)
  api = loopback(registry, 'test')
})
test.after.each(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

const map = (name: string, n = '1') => ({ metadata: { name, namespace: 'default' }, data: { n } })

test('holds what is there when it has started, then follows', async () => {
  await api.create('v1 ConfigMap', map('before'))
  const informer = new Informer('v1 ConfigMap', api, clock)
  const heard: string[] = []
  await informer.start()
  informer.listen(({ last, next }) => heard.push(`${last ? 'was' : 'new'} ${next ? 'is' : 'gone'}`))
  assert.is(informer.get('default/before')?.data?.n, '1')
  const made = await api.create('v1 ConfigMap', map('later'))
  await api.update('v1 ConfigMap', { ...map('later', '2') })
  await api.delete('v1 ConfigMap', { namespace: 'default', name: 'later' })
  await settle()
  assert.equal(heard, ['new is', 'was is', 'was gone'])
  assert.ok(informer.hasSeen(made.metadata.resourceVersion))
  assert.equal(
    informer.list('default').map(({ metadata }: ConfigMap) => metadata.name),
    ['before'],
  )
  await informer.stop()
})

test('lists again when its version has expired, and tells only what differs', async () => {
  await api.create('v1 ConfigMap', map('stays'))
  await api.create('v1 ConfigMap', map('goes'))
  let watches = 0
  const forgetful: ApiClient = {
    ...api,
    async *watch(kind, options) {
      watches += 1
      if (watches > 1) return yield* api.watch(kind, options)
      await api.delete('v1 ConfigMap', { namespace: 'default', name: 'goes' })
      yield* api.watch(kind, { ...options, resourceVersion: '-1' })
    },
  }
  const informer = new Informer('v1 ConfigMap', forgetful, clock)
  const heard: string[] = []
  informer.listen(({ last, next }) => heard.push(`${(next ?? last)?.metadata.name} ${next ? 'is' : 'gone'}`))
  await informer.start()
  await settle()
  assert.equal(heard, ['goes is', 'stays is', 'goes gone'])
  await informer.stop()
})

test('hears nothing more once it has stopped', async () => {
  const informer = new Informer('v1 Namespace', api, clock)
  let heard = 0
  informer.listen(() => (heard += 1))
  await informer.start()
  assert.is(heard, 4)
  await informer.stop()
  await api.create('v1 Namespace', { metadata: { name: 'late' } } as Partial<Namespace>)
  await settle()
  assert.is(heard, 4)
})

test('a controller waits until its cache shows what it wrote', async () => {
  const cache = new InformerCache(api, clock)
  cache.informer('v1 ConfigMap')
  await cache.start()
  const observed = observingWrites(api, cache)
  await observed.api.create('v1 ConfigMap', map('written'))
  await observed.seen()
  assert.ok(cache.get('v1 ConfigMap', 'default/written'))
  await observed.api.delete('v1 ConfigMap', { namespace: 'default', name: 'written' })
  await observed.seen()
  assert.is(cache.get('v1 ConfigMap', 'default/written'), undefined)
  await cache.stop()
})

test('the same event again is counted, another one is written beside it', async () => {
  const made = await api.create('v1 ConfigMap', map('about'))
  const recorder = new EventRecorder(api, clock, 'tester')
  recorder.record(made, 'Normal', 'Seen', 'once')
  recorder.record(made, 'Normal', 'Seen', 'once')
  recorder.record(made, 'Warning', 'Missed', 'twice')
  await recorder.flushed()
  const { items } = await api.list('v1 Event', { namespace: 'default' })
  const told = items.map(({ reason, count, source }) => `${reason} ${count} ${source?.component}`)
  assert.equal(told.sort(), ['Missed 1 tester', 'Seen 2 tester'])
})

test.run()
