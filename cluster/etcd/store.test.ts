import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import type { StoreEvent } from './history.ts'
import { Compacted, Conflict, Store } from './store.ts'

interface Value {
  readonly n: number
  readonly rv?: number
}

const test = suite('store')
let folder: string

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'))
})
test.after.each(() => rmSync(folder, { recursive: true, force: true }))

function withStore(body: (store: Store<Value>) => void): void {
  const store = new Store<Value>(folder)
  try {
    body(store)
  } finally {
    store.close()
  }
}

test('counts every change of any key, and tells a value its revision', () => {
  withStore((store) => {
    assert.is(store.put('/a', 0, (rv) => ({ n: 1, rv })).value.rv, 1)
    assert.is(store.put('/b', 0, (rv) => ({ n: 1, rv })).value.rv, 2)
    assert.is(store.delete('/a', 1, (rv) => ({ n: 1, rv })).value.rv, 3)
    assert.is(store.revision, 3)
    assert.is(store.get('/a'), undefined)
  })
})

test('writes only over the revision that was expected', () => {
  withStore((store) => {
    store.put('/a', 0, () => ({ n: 1 }))
    assert.throws(
      () => store.put('/a', 0, () => ({ n: 2 })),
      (error: Error) => error instanceof Conflict,
    )
    assert.throws(
      () => store.delete('/a', 7, () => ({ n: 2 })),
      (error: Error) => error instanceof Conflict,
    )
    assert.is(store.get('/a')?.value.n, 1)
    assert.is(store.revision, 1)
  })
})

test('hands out values that nobody can change', () => {
  withStore((store) => {
    const { value } = store.put('/a', 0, () => ({ n: 1 }))
    assert.throws(() => Object.assign(value, { n: 2 }), /read only/)
  })
})

test('lists by prefix in order of the keys, now and as it was', () => {
  withStore((store) => {
    store.put('/pods/b', 0, () => ({ n: 1 }))
    store.put('/pods/a', 0, () => ({ n: 1 }))
    store.put('/podsx', 0, () => ({ n: 1 }))
    store.put('/pods/a', 2, () => ({ n: 2 }))
    store.delete('/pods/b', 1, () => ({ n: 1 }))
    const show = (revision?: number) =>
      store.range('/pods/', revision).entries.map(({ key, value }) => `${key}=${value.n}`)
    assert.equal(show(), ['/pods/a=2'])
    assert.equal(show(3), ['/pods/a=1', '/pods/b=1'])
    assert.equal(show(1), ['/pods/b=1'])
  })
})

test('watches from a revision: what has happened since, then what happens, nothing of other prefixes', () => {
  withStore((store) => {
    store.put('/a/1', 0, () => ({ n: 1 }))
    store.put('/a/2', 0, () => ({ n: 1 }))
    store.put('/b/1', 0, () => ({ n: 1 }))
    const seen: string[] = []
    const listener = ({ key, revision, deleted, last }: StoreEvent<Value>) =>
      seen.push(`${revision} ${deleted ? 'delete' : last ? 'change' : 'add'} ${key}`)
    const stop = store.watch('/a/', 1, listener)
    store.put('/a/2', 2, () => ({ n: 2 }))
    store.delete('/a/1', 1, () => ({ n: 1 }))
    stop()
    store.put('/a/3', 0, () => ({ n: 1 }))
    assert.equal(seen, ['2 add /a/2', '4 change /a/2', '5 delete /a/1'])
  })
})

test('forgets what is long past, and says so', () => {
  withStore((store) => {
    let last = 0
    for (let n = 0; n < 5_000; n++) last = store.put('/a', last, () => ({ n })).revision
    assert.throws(
      () => store.watch('/a', 1, () => {}),
      (error: Error) => error instanceof Compacted,
    )
    assert.throws(
      () => store.range('/a', 1),
      (error: Error) => error instanceof Compacted,
    )
    assert.equal(store.range('/a', 4_999).entries[0]?.value, { n: 4_998 })
  })
})

test('opens again with all that it held, but without the past', () => {
  withStore((store) => {
    store.put('/a', 0, () => ({ n: 1 }))
    store.put('/b', 0, () => ({ n: 2 }))
    store.delete('/a', 1, () => ({ n: 1 }))
  })
  withStore((store) => {
    assert.is(store.revision, 3)
    assert.equal(
      store.range('/').entries.map(({ key, revision, value }) => [key, revision, value]),
      [['/b', 2, { n: 2 }]],
    )
    assert.throws(
      () => store.watch('/', 2, () => {}),
      (error: Error) => error instanceof Compacted,
    )
    assert.not.throws(() => store.watch('/', 3, () => {}))
  })
})

test('cuts off a torn end, keeps it aside, and goes on', () => {
  withStore((store) => store.put('/a', 0, () => ({ n: 1 })))
  const log = join(folder, 'store.log')
  const whole = readFileSync(log, 'utf8')
  appendFileSync(log, '2\t/b\t{"n":')
  withStore((store) => {
    assert.is(store.revision, 1)
    assert.is(store.get('/b'), undefined)
    store.put('/c', 0, () => ({ n: 3 }))
  })
  assert.is(readFileSync(join(folder, 'store.log.cut'), 'utf8'), '2\t/b\t{"n":')
  assert.ok(readFileSync(log, 'utf8').startsWith(whole))
  withStore((store) => assert.is(store.get('/c')?.value.n, 3))
})

test('survives an end of zeros, as a power cut leaves it', () => {
  withStore((store) => store.put('/a', 0, () => ({ n: 1 })))
  appendFileSync(join(folder, 'store.log'), Buffer.alloc(512))
  withStore((store) => assert.is(store.get('/a')?.value.n, 1))
})

test('rewrites a log that is mostly past, losing nothing', () => {
  const long = 'x'.repeat(10_000)
  const store = new Store<{ n: number; long: string }>(folder)
  store.put('/kept', 0, () => ({ n: 0, long }))
  let last = 0
  for (let n = 0; n < 1_000; n++) last = store.put('/a', last, () => ({ n, long })).revision
  const { revision } = store
  store.close()
  assert.ok(readFileSync(join(folder, 'store.log')).length < 6_000_000)
  assert.not.ok(existsSync(join(folder, 'store.log.new')))
  withStore((reopened) => {
    assert.is(reopened.revision, revision)
    assert.is(reopened.get('/a')?.value.n, 999)
    assert.is(reopened.get('/kept')?.revision, 1)
  })
})

test('what was answered is there after kill -9 in the middle of writing', async () => {
  const program = join(folder, 'writer.mts')
  writeFileSync(
    program,
    `import { Store } from ${JSON.stringify(new URL('./store.ts', import.meta.url).href)}
     import { writeSync } from 'node:fs'
     const store = new Store(process.argv[2])
     for (let n = 1; ; n++) {
       store.put('/n/' + n, 0, () => ({ n, text: 'x'.repeat(2000) }))
       writeSync(1, n + '\\n')
     }`,
  )
  const child = spawn(process.execPath, ['--import', 'tsx', program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let told = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text
    if (told.length > 2_000) child.kill('SIGKILL')
  })
  await once(child, 'close')
  const answered = Number(told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1))
  assert.ok(answered > 100, `the child wrote only ${answered}`)
  withStore((store) => {
    for (let n = 1; n <= answered; n++) assert.is(store.get(`/n/${n}`)?.value.n, n)
    assert.ok(store.revision - answered <= 1, 'at most one write was not yet told')
  })
})

test.run()
