/** What containers of one pod share, what they do not see, and how it is said. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import { until } from '../../../test/harness/until.ts'
import { RuntimeFixture } from './testing/fixture.ts'

const test = suite('isolation', { deadline: 60_000 })

let fixture: RuntimeFixture
test.before(async () => {
  fixture = await RuntimeFixture.open()
})
test.after(() => fixture.close())

const SERVER = `
require('http').createServer((q, s) => s.end('from ' + require('os').hostname())).listen(3000, '127.0.0.1', () => console.log('up', process.env.REAL))`

test('containers of a pod share its address and localhost, and another pod does not', async () => {
  const image = await fixture.image({ 'app/app.js': SERVER }, ['node', 'app.js'])
  const busybox = await fixture.runtime.images.pull('busybox')
  const { config, sandbox } = await fixture.started('10.244.4.2', image)
  await until('it listens', async () => (await fixture.log(config)).includes('up'))
  const beside = fixture.config(busybox, {
    command: ['sh', '-c', 'wget -qO- http://localhost:3000/; echo; hostname -i'],
  })
  await (await sandbox.start(beside)).exited
  assert.is(await fixture.log(beside), 'from web\n10.244.4.2\n')
  const other = await fixture.run('10.244.4.3', busybox, { command: ['wget', '-qO-', 'http://localhost:3000/'] })
  assert.match(other.log, /Connection refused/)
  const second = fixture.config(image)
  const clash = await (await sandbox.start(second)).exited
  assert.is(clash.code, 1)
  assert.match(await fixture.log(second), /EADDRINUSE/)
  await sandbox.remove()
})

test('hostAliases are names like others', async () => {
  const image = await fixture.image({ 'app/app.js': SERVER.replace("'127.0.0.1', ", '') }, ['node', 'app.js'])
  const { config, sandbox } = await fixture.started('10.244.4.4', image)
  await until('it listens', async () => (await fixture.log(config)).includes('up'))
  const { runtime } = fixture
  const network = { lookup: async () => [], route: async () => ({ to: 'pod', ip: '10.244.4.4', port: 3000 }) as const }
  const hostAliases = [{ ip: '10.244.4.4', hostnames: ['shop', 'shop.example'] }]
  const pod = { uid: 'aliased', namespace: 'default', name: 'a', hostname: 'a', ip: '10.244.4.5', hostAliases, network }
  const aliased = await runtime.createSandbox(pod)
  const command = [
    'sh',
    '-c',
    'tail -n 1 /etc/hosts; wget -qO- http://shop.example:3000/; echo; wget -qO- http://stall/',
  ]
  const script = fixture.config(await runtime.images.pull('busybox'), { command })
  await (await aliased.start(script)).exited
  assert.is(await fixture.log(script), "10.244.4.4\tshop\tshop.example\nfrom web\nwget: bad address 'stall'\n")
  await aliased.remove()
  await sandbox.remove()
})

if (process.platform !== 'win32') {
  test('a SIGUSR1 of this machine opens no inspector, in an app and in a shell', async () => {
    const image = await fixture.image({ 'app/app.js': SERVER }, ['node', 'app.js'])
    const busybox = await fixture.runtime.images.pull('busybox')
    const command = ['sh', '-c', 'echo up; while true; do sleep 0.05; echo tick; done']
    const app = await fixture.started('10.244.4.6', image)
    const shell = await fixture.started('10.244.4.7', busybox, { command })
    for (const { config } of [app, shell])
      await until('it runs', async () => (await fixture.log(config)).includes('up'))
    for (const pid of await childrenOf(process.pid)) process.kill(pid, 'SIGUSR1')
    const before = (await fixture.log(shell.config)).length
    await until('it lives on', async () => (await fixture.log(shell.config)).length > before + 20)
    for (const { config, sandbox } of [app, shell]) {
      assert.not.match(await fixture.log(config), /[Dd]ebugger/)
      await sandbox.remove()
    }
    assert.not.ok(await listens(9229))
  })
}

test('kubeconfig, certificates and the secrets of other pods are out of reach', async () => {
  const state = path.join(fixture.folder, 'node-1', 'pods', 'other', 'volumes', 'secret')
  await mkdir(state, { recursive: true })
  const files = [
    path.join(state, 'password'),
    path.join(fixture.folder, 'kubeconfig'),
    path.join(fixture.folder, 'ca.key'),
  ]
  for (const file of files) await writeFile(file, 'topsecret')
  const script = `
const fs = require('fs')
for (const file of ${JSON.stringify(files)}) {
  for (const way of [file, '/../../../../../../..' + file, '../'.repeat(20) + file, new URL('file://' + file), Buffer.from(file)]) {
    for (const read of [() => fs.readFileSync(way, 'utf8'), () => fs.readFileSync(fs.openSync(way)).toString(), () => { fs.copyFileSync(way, '/tmp/x'); return fs.readFileSync('/tmp/x', 'utf8') }, () => require(file), () => process.binding('fs')]) {
      try { console.log(read()) } catch (error) { console.log(error.code) }
    }
  }
  try { fs.symlinkSync(file, '/tmp/link'); console.log(fs.readFileSync('/tmp/link', 'utf8')) } catch (error) { console.log(error.code, error.message) }
}
import(${JSON.stringify(files[0])}).catch((error) => console.log(error.code))`
  const app = await fixture.node('10.244.4.8', script)
  assert.not.match(app.log, /topsecret/)
  assert.match(app.log, /ENOENT/)
  const busybox = await fixture.runtime.images.pull('busybox')
  const lines = files.map(
    (file) =>
      `cat ${file}; cat < ${file}; cp ${file} /tmp/a; head /../..${file}; ln -s ${file} /tmp/l; . ${file}; find / -name password`,
  )
  const shell = await fixture.run('10.244.4.9', busybox, { command: ['sh', '-c', lines.join('; ')] })
  assert.not.match(shell.log, /topsecret|secret\/password\n\//)
  for (const file of files) assert.is(await readFile(file, 'utf8'), 'topsecret')
})

test('a package that the image lacks is said so; folders are walked with their own names', async () => {
  const image = await fixture.image({ 'app/app.mjs': "import 'no-such-package'\n" }, ['node', 'app.mjs'])
  const missing = await fixture.run('10.244.4.10', image)
  assert.is(missing.code, 1)
  assert.match(missing.log, /Cannot find package 'no-such-package' imported from/)
  assert.not.match(missing.log, new RegExp(fixture.folder))
  const walk = `
const fs = require('fs')
fs.mkdirSync('/data/a/b', { recursive: true }); fs.writeFileSync('/data/a/b/c.txt', '')
const main = async () => {
  for await (const entry of await fs.promises.opendir('/data', { recursive: true })) console.log(entry.parentPath, entry.name)
  const folder = fs.opendirSync('/data'); console.log(folder.path, folder.readSync().parentPath); folder.closeSync()
  if (fs.globSync) console.log(fs.globSync('/data/**/*.txt').join()); else console.log('/data/a/b/c.txt')
}
main()`
  const { log } = await fixture.node('10.244.4.11', walk)
  assert.is(log, '/data a\n/data/a b\n/data/a/b c.txt\n/data /data\n/data/a/b/c.txt\n')
})

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  const children = text.split(' ').filter(Boolean).map(Number)
  const commands = await Promise.all(
    children.map((child) => readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '')),
  )
  return children.filter((_, index) => commands[index]?.includes('preload-'))
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.unref()
  })
}

test.run()
