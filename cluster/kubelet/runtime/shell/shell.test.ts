import { mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../../../test/harness/suite.ts'
import { until } from '../../../../test/harness/until.ts'
import type { Image } from '../runtime.ts'
import { RuntimeFixture } from '../testing/fixture.ts'

const test = suite('sandboxed shell', { deadline: 60_000 })

let fixture: RuntimeFixture
let busybox: Image
test.before(async () => {
  fixture = await RuntimeFixture.open()
  busybox = await fixture.runtime.images.pull('busybox:1.36')
})
test.after(() => fixture.close())

let lastIp = 1
function sh(script: string, rest: { mounts?: { source: string; target: string; readOnly: boolean }[] } = {}) {
  lastIp += 1
  return fixture.run(`10.244.3.${lastIp}`, busybox, { command: ['sh', '-c', script], ...rest })
}

const APP = `
process.on('SIGTERM', () => { console.log('bye'); process.exit(0) })
console.log('pid', process.pid, process.argv.slice(2).join(' '), process.env.MODE)
setInterval(() => {}, 1000)`

test('pipes, substitutions, loops and redirections give what they give anywhere', async () => {
  const source = path.join(fixture.folder, 'config')
  await mkdir(source, { recursive: true })
  await writeFile(path.join(source, 'greeting'), 'hello\n')
  const script = `
x=$(cat /etc/config/greeting | tr a-z A-Z); echo "[$x]"
for i in 1 2; do echo $i; done | sort -r
while read line; do echo "read $line"; done < /etc/config/greeting
f() { echo "f $1"; }; f a | cat; f b
(echo sub; exit 4); echo $?
test -f /etc/config/greeting && echo there || echo gone
cat /nope 2>&1; ls /etc/config
[ 1 -eq 2 ] || { echo group; }
exit 3`
  const { code, log } = await sh(script, { mounts: [{ source, target: '/etc/config', readOnly: true }] })
  assert.is(code, 3)
  assert.match(log, /^\[HELLO\]\n2\n1\nread hello\nf a\nf b\nsub\n4\nthere\n/)
  const readOnly = await sh('echo no > /etc/config/new', {
    mounts: [{ source, target: '/etc/config', readOnly: true }],
  })
  assert.equal([readOnly.code, readOnly.log], [1, "sh: can't create /etc/config/new: Read-only file system\n"])
  assert.match(log, /\nthere\n.*cat: .*nope.*No such file or directory\ngreeting\ngroup\n$/s)
})

test('a redirection that cannot be written ends its command and not the script; a block or a pipe, too', async () => {
  const script = `
echo a > /nodir/a; echo $?; { echo b; echo c; } > /tmp; echo $?; echo d > /nodir/d | cat; echo e > /tmp/e && cat /tmp/e
cat < /nodir/f; echo $?; if echo g > /nodir/g; then echo yes; else echo no; fi; echo h >> /tmp/e; cat /tmp/e`
  const { log, code } = await sh(script)
  assert.is(
    log,
    `sh: can't create /nodir/a: nonexistent directory
1
sh: can't create /tmp: Is a directory
1
sh: can't create /nodir/d: nonexistent directory
e
sh: can't open /nodir/f: no such file
1
sh: can't create /nodir/g: nonexistent directory
no
e
h
`,
  )
  assert.is(code, 0)
})

test('env shows the environment of the container and what was exported, and nothing of the shell itself', async () => {
  const { log } = await sh('MINE=1; export MINE; HIDDEN=2; env | sort; printenv MINE HIDDEN; echo $?; env -i A=b env')
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  assert.is(log, `HOME=/root\nHOSTNAME=web\nMINE=1\nPATH=${path}\n1\n1\nA=b\n`)
})

test('ls shows links as links, as a ConfigMap has them', async () => {
  const source = path.join(fixture.folder, 'linked')
  await mkdir(path.join(source, '..1'), { recursive: true })
  await writeFile(path.join(source, '..1', 'key'), 'value\n')
  await symlink('..1', path.join(source, '..data'))
  await symlink('..data/key', path.join(source, 'key'))
  const mounts = [{ source, target: '/v', readOnly: true }]
  const { log } = await sh('ls /v; ls -l /v; ls -a /v; ls nosuch; echo $?; cat /v/key; ls -ld /v/key', { mounts })
  const [name, total, link, ...rest] = log.split('\n')
  assert.equal([name, total], ['key', 'total 4'])
  assert.match(link ?? '', /^lrwxrwxrwx {4}1 root {5}root {12}10 [A-Z][a-z]{2} [ \d]\d \d\d:\d\d key -> \.\.data\/key$/)
  assert.equal(rest.slice(0, 8), [
    '.',
    '..',
    '..1',
    '..data',
    'key',
    'ls: nosuch: No such file or directory',
    '1',
    'value',
  ])
  assert.match(rest[8] ?? '', /^l.* \/v\/key -> \.\.data\/key$/)
})

test('output is seen while a script runs, and PID 1 outlives SIGTERM but not SIGKILL', async () => {
  const command = ['sh', '-c', 'i=0; while true; do echo tick $i; i=$((i+1)); sleep 0.05; done']
  const { container, config, sandbox } = await fixture.started('10.244.3.100', busybox, { command })
  await until('it ticks', async () => (await fixture.log(config)).includes('tick 1'))
  container.signal('SIGTERM')
  const ticks = (await fixture.log(config)).split('\n').length
  await until('it still ticks', async () => (await fixture.log(config)).split('\n').length > ticks + 2)
  container.signal('SIGKILL')
  assert.is((await container.exited).code, 137)
  await sandbox.remove()
})

test('node that comes last takes the place of the shell and gets its signals', async () => {
  const image = await fixture.image({ 'app/app.js': APP }, [
    'sh',
    '-c',
    'echo first && export MODE=a; exec node app.js x',
  ])
  for (const command of [undefined, ['/bin/sh', '-c', 'MODE=a; export MODE; echo first; node app.js x']]) {
    const { container, config, sandbox } = await fixture.started('10.244.3.101', image, command ? { command } : {})
    await until('node runs', async () => (await fixture.log(config)).includes('pid'))
    assert.is(await fixture.log(config), 'first\npid 1 x a\n')
    container.signal('SIGTERM')
    assert.is((await container.exited).code, 0)
    assert.match(await fixture.log(config), /bye\n$/)
    await sandbox.remove()
  }
})

test('node amid a script is a process beside the shell', async () => {
  const app = "console.log('in', process.pid, require('fs').readFileSync('/tmp/x', 'utf8').trim()); process.exit(5)"
  const image = await fixture.image({ 'app/app.js': app }, [])
  const script = 'echo one > /tmp/x; node app.js; echo $?; node app.js | tr a-z A-Z; echo "$(node app.js)"'
  const { log, code } = await fixture.run('10.244.3.102', image, { command: ['sh', '-c', script] })
  assert.is(log, 'in 2 one\n5\nIN 3 ONE\nin 4 one\n')
  assert.is(code, 0)
})

test('wget, nslookup and nc reach what the pod reaches', async () => {
  const server =
    "require('http').createServer((q, s) => { s.statusCode = q.url === '/no' ? 404 : 200; s.end('hi ' + q.url) }).listen(3000, () => console.log('up'))"
  const { config, sandbox } = await fixture.started(
    '10.244.1.99',
    await fixture.image({ 'app/app.js': server }, ['node', 'app.js']),
  )
  await until('it listens', async () => (await fixture.log(config)).includes('up'))
  const script = `
wget -qO- http://store/x; echo; wget -qO- http://store/no; echo $?; wget -qO- http://nosuch; wget -qO- -T 20 http://10.244.1.98/; wget -qO- http://93.184.216.34/
nslookup store; nslookup nosuch; echo $?; nc -z 10.244.1.99 3000; echo $?; nc -z 10.244.1.98 1; echo $?; hostname; id -u`
  const { log } = await sh(script)
  await sandbox.remove()
  assert.is(
    log,
    `hi /x
wget: server returned error: HTTP/1.1 404 Not Found
1
wget: bad address 'nosuch'
wget: can't connect to remote host (10.244.1.98): Connection refused
wget: can't connect to remote host (93.184.216.34): Network unreachable
Server:\t\t10.96.0.10
Address:\t10.96.0.10:53

Name:\tstore
Address: 10.96.0.7

Server:\t\t10.96.0.10
Address:\t10.96.0.10:53

** server can't find nosuch: NXDOMAIN

** server can't find nosuch: NXDOMAIN

1
0
1
web
0
`,
  )
})

test.run()
