import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../../../test/harness/suite.ts'
import { until } from '../../../../test/harness/until.ts'
import { RuntimeFixture } from '../testing/fixture.ts'

const test = suite('preload', { deadline: 60_000 })

let fixture: RuntimeFixture
test.before(async () => {
  fixture = await RuntimeFixture.open()
})
test.after(() => fixture.close())

/** Runs expressions in a container and gives what each was, or the code of its error. */
async function evaluate(
  ip: string,
  expressions: Readonly<Record<string, string>>,
  mounts: { source: string; target: string; readOnly: boolean }[] = [],
) {
  const script = `
const fs = require('fs'), os = require('os'), net = require('net'), dns = require('dns'), http = require('http'), path = require('path')
const all = { ${Object.entries(expressions)
    .map(([name, expression]) => `${JSON.stringify(name)}: async () => (${expression})`)
    .join(', ')} }
;(async () => {
  const found = {}
  for (const name of Object.keys(all)) {
    try { found[name] = await all[name]() } catch (error) { found[name] = error.code + ' ' + error.message }
  }
  fs.writeSync(1, JSON.stringify(found) + '\\n')
  process.exit()
})()`
  const { log } = await fixture.node(ip, script, { mounts })
  try {
    return JSON.parse(log.trim()) as Record<string, unknown>
  } catch {
    throw new Error(`the container said: ${log}`)
  }
}

test('an app sees the container and not this machine', async () => {
  const config = path.join(fixture.folder, 'volume')
  await mkdir(path.join(config, '..data-1'), { recursive: true })
  await writeFile(path.join(config, '..data-1', 'greeting'), 'hello')
  await symlink('..data-1', path.join(config, '..data'))
  await symlink(path.join('..data', 'greeting'), path.join(config, 'greeting'))
  const secret = path.join(fixture.folder, 'secret')
  await writeFile(secret, 'secret')

  const found = await evaluate(
    '10.244.1.10',
    {
      cwd: 'process.cwd()',
      pid: 'process.pid',
      hostname: 'os.hostname()',
      variables: "Object.keys(process.env).sort().join(' ')",
      mounted: "fs.readFileSync('/etc/config/greeting', 'utf8')",
      listed: "fs.readdirSync('/etc/config').sort()",
      listedRoot: "fs.readdirSync('/').sort()",
      real: "fs.realpathSync('/etc/config/greeting')",
      promise: "fs.promises.readFile('/etc/config/greeting', 'utf8')",
      callback:
        "new Promise((resolve, reject) => fs.readFile('../etc/config/greeting', 'utf8', (e, t) => e ? reject(e) : resolve(t)))",
      stream:
        "new Promise((resolve, reject) => { let t = ''; fs.createReadStream('/etc/config/greeting').on('data', (c) => { t += c }).on('end', () => resolve(t)).on('error', reject) })",
      written:
        "(fs.mkdirSync('/data/a', { recursive: true }), fs.writeFileSync('/data/a/b', 'x'), fs.readFileSync('/data/a/b', 'utf8'))",
      readOnly: "fs.writeFileSync('/etc/config/new', 'x')",
      readOnlyStream:
        "new Promise((resolve, reject) => fs.createWriteStream('/etc/config/new').on('error', reject).on('open', resolve))",
      readOnlyRename: "fs.promises.rename('/data/a/b', '/etc/config/b')",
      missing: "fs.readFileSync('/no/such/file')",
      missingPromise: "fs.promises.stat('/no/such/file')",
      exists: "[fs.existsSync('/etc/config'), fs.existsSync('/nope')]",
      passwd: "fs.readFileSync('/etc/passwd', 'utf8')",
      hosts: "fs.readFileSync('/etc/hosts', 'utf8').includes('10.244.1.10\\tweb')",
      secret: `fs.readFileSync(${JSON.stringify(secret)}, 'utf8')`,
      dotdot: `fs.readFileSync('/app/../../../../../../../../..' + ${JSON.stringify(secret)}, 'utf8')`,
      link: `(fs.symlinkSync('../../../..' + ${JSON.stringify(secret)}, '/data/link'), fs.readFileSync('/data/link', 'utf8'))`,
      absoluteLink: `(fs.symlinkSync(${JSON.stringify(secret)}, '/data/absolute'), fs.readFileSync('/data/absolute', 'utf8'))`,
      url: "fs.readFileSync(new URL('file:///etc/config/greeting'), 'utf8')",
      temporary: "fs.mkdtempSync(os.tmpdir() + '/x-').startsWith('/tmp/x-')",
      null: "(fs.writeFileSync('/dev/null', 'x'), 'written')",
      own: 'fs.existsSync(__filename)',
      program: "require('child_process').execSync('id')",
      datagram: "require('dgram').createSocket('udp4')",
      channel: '[typeof process.send, process.connected, process.channel]',
      listeners:
        "[process.listenerCount('SIGTERM'), process.listeners('SIGTERM').length, process.eventNames().includes('SIGTERM')]",
      package: "require('uvu')",
    },
    [{ source: config, target: '/etc/config', readOnly: true }],
  )
  const { link, absoluteLink, package: missingPackage, ...rest } = found
  assert.equal(rest, {
    cwd: '/app',
    pid: 1,
    hostname: 'web',
    variables: 'HOME HOSTNAME PATH',
    mounted: 'hello',
    listed: ['..data', '..data-1', 'greeting'],
    listedRoot: ['app', 'dev', 'etc', 'proc', 'tmp', 'var'],
    real: '/etc/config/..data-1/greeting',
    promise: 'hello',
    callback: 'hello',
    stream: 'hello',
    written: 'x',
    readOnly: "EROFS EROFS: read-only file system, open '/etc/config/new'",
    readOnlyStream: "EROFS EROFS: read-only file system, open '/etc/config/new'",
    readOnlyRename: "EROFS EROFS: read-only file system, rename '/etc/config/b'",
    missing: "ENOENT ENOENT: no such file or directory, open '/no/such/file'",
    missingPromise: "ENOENT ENOENT: no such file or directory, stat '/no/such/file'",
    exists: [true, false],
    passwd: 'root:x:0:0:root:/root:/bin/sh\n',
    hosts: true,
    secret: `ENOENT ENOENT: no such file or directory, open '${secret}'`,
    dotdot: `ENOENT ENOENT: no such file or directory, open '/app/../../../../../../../../..${secret}'`,
    url: 'hello',
    temporary: true,
    null: 'written',
    own: true,
    program: 'ERR_ACCESS_DENIED a container of the practice cluster cannot start other programs (child_process)',
    datagram: 'ERR_ACCESS_DENIED the practice cluster has no UDP (dgram)',
    channel: ['undefined', undefined, undefined].map((value) => value ?? null),
    listeners: [0, 0, false],
  })
  assert.match(String(link), /^(ENOENT|EPERM)/)
  assert.match(String(absoluteLink), /^(ENOENT|EPERM)/)
  assert.match(String(missingPackage), /^MODULE_NOT_FOUND/)
})

const SERVER = `
const http = require('http')
http.createServer((request, response) => {
  const { remoteAddress, localAddress, localPort } = request.socket
  response.end(JSON.stringify({ remoteAddress, localAddress, localPort }))
}).listen(3000)
require('net').createServer((socket) => socket.end('private')).listen(4000, '127.0.0.1')
console.log('listening')
setInterval(() => {}, 1000)`

test('pods reach services, pods and themselves, by name and address, and nothing else', async () => {
  const image = await fixture.image({ 'app/app.js': SERVER }, ['node', 'app.js'])
  const { sandbox, config } = await fixture.started('10.244.1.99', image)
  await until('it listens', async () => (await fixture.log(config)).includes('listening'))
  const get = (url: string) => `fetch(${JSON.stringify(url)}).then((r) => r.json())`
  const dial = (host: string, port: number) =>
    `new Promise((resolve, reject) => { const s = net.connect(${port}, '${host}'); let t = ''; s.on('connect', () => { s.ends = [s.remoteAddress, s.remotePort, s.localAddress] }).on('data', (c) => { t += c }).on('close', () => resolve([t, ...s.ends ?? []])).on('error', reject) })`
  const found = await evaluate('10.244.1.11', {
    fetch: get('http://store/'),
    httpGet:
      "new Promise((resolve, reject) => http.get('http://10.244.1.99:3000/', (r) => { let t = ''; r.on('data', (c) => { t += c }).on('end', () => resolve(t.length > 0)) }).on('error', reject))",
    refused: dial('10.244.1.98', 80),
    loopbackOfAnother: dial('10.244.1.99', 4000),
    outside: dial('93.184.216.34', 80),
    unknown: dial('nosuch', 80),
    own: dial('127.0.0.1', 9999),
    lookup: "dns.promises.lookup('store')",
    lookupAll: "dns.promises.lookup('store', { all: true })",
    lookupOwn: "new Promise((resolve) => dns.lookup('web', (...all) => resolve(all)))",
    lookupNone: "dns.promises.lookup('nosuch')",
    resolve4: "dns.promises.resolve4('store')",
    resolveNone: "dns.promises.resolve4('nosuch')",
    served:
      "new Promise((resolve) => { const s = net.createServer((c) => c.end('hi')).listen(0, 'localhost', () => { const { port, address } = s.address(); net.connect(port, 'localhost').on('data', (d) => resolve([String(d), address, port >= 32768])) }) })",
    inUse:
      "new Promise((resolve, reject) => { net.createServer().listen(5000, () => net.createServer().on('error', reject).listen(5000, resolve)) })",
  })
  await sandbox.remove()
  assert.equal(found, {
    fetch: { remoteAddress: '::ffff:10.244.1.1', localAddress: '::ffff:10.244.1.99', localPort: 3000 },
    httpGet: true,
    refused: 'ECONNREFUSED connect ECONNREFUSED 10.244.1.98:80',
    loopbackOfAnother: 'ECONNREFUSED connect ECONNREFUSED 10.244.1.99:4000',
    outside: 'ENETUNREACH connect ENETUNREACH 93.184.216.34:80',
    unknown: 'ENOTFOUND getaddrinfo ENOTFOUND nosuch',
    own: 'ECONNREFUSED connect ECONNREFUSED 127.0.0.1:9999',
    lookup: { address: '10.96.0.7', family: 4 },
    lookupAll: [{ address: '10.96.0.7', family: 4 }],
    lookupOwn: [null, '10.244.1.11', 4],
    lookupNone: 'ENOTFOUND getaddrinfo ENOTFOUND nosuch',
    resolve4: ['10.96.0.7'],
    resolveNone: 'ENOTFOUND queryA ENOTFOUND nosuch',
    served: ['hi', '127.0.0.1', true],
    inUse: 'EADDRINUSE listen EADDRINUSE: address already in use :::5000',
  })
})

test('SIGUSR1 opens no inspector', async () => {
  const image = await fixture.image({ 'app/app.js': "console.log('up'); setInterval(() => {}, 1000)" }, [
    'node',
    'app.js',
  ])
  const { container, sandbox, config } = await fixture.started('10.244.1.12', image)
  container.signal('SIGUSR1')
  container.signal('SIGTERM')
  await until('it runs', async () => (await fixture.log(config)).includes('up'))
  const probe = await container.exec(['node', '-e', '1'], {}).catch((error: Error) => error.message)
  assert.match(String(probe), /node -e: the practice cluster starts node on a file/)
  assert.not.match(await readFile(config.logPath, 'utf8'), /Debugger listening/)
  await sandbox.remove()
})

test.run()
