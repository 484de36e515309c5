import { PassThrough } from 'node:stream'
import * as assert from 'uvu/assert'
import { suite } from '../../../../test/harness/suite.ts'
import { until } from '../../../../test/harness/until.ts'
import type { Container, Sandbox } from '../runtime.ts'
import { RuntimeFixture } from '../testing/fixture.ts'

const test = suite('a client joined to a container', { deadline: 60_000 })

const ECHO = `process.stdin.on('data', (data) => process.stdout.write('got ' + data))
process.stdin.on('end', () => { console.error('end'); process.exit(7) })
console.log(process.stdout.isTTY ? 'terminal' : 'pipe', process.env.TERM ?? 'no TERM', process.env.MODE)
process.stdout.on('resize', () => console.log([process.stdout.columns, process.stdout.rows].join(' ')))`
const LOST = "require('nowhere')"

let fixture: RuntimeFixture
let sandbox: Sandbox
let container: Container

test.before(async () => {
  fixture = await RuntimeFixture.open()
  const files = { 'app/echo.js': ECHO, 'app/lost.js': LOST }
  const image = await fixture.image(files, ['sh', '-c', 'while true; do sleep 1; done'])
  ;({ container, sandbox } = await fixture.started('10.244.6.2', image, { env: { MODE: 'a' } }))
})
test.after(async () => {
  await sandbox.remove()
  await fixture.close()
})

/** A client with whatever it has got so far. */
function client({ tty = false } = {}) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const sizes = new PassThrough({ objectMode: true })
  const gone = new AbortController()
  const got = { out: '', err: '' }
  stdout.on('data', (bytes: Buffer) => {
    got.out += bytes
  })
  stderr.on('data', (bytes: Buffer) => {
    got.err += bytes
  })
  return { stdin, stdout, stderr, sizes, got, leave: () => gone.abort(), tty, gone: gone.signal }
}

async function listed(): Promise<string> {
  return (await container.exec(['ps'], {})).stdout
}

test('node on a file of the image: streams, environment and exit code', async () => {
  const joined = client()
  const ended = container.run(['node', '/app/echo.js'], joined)
  await until('it runs', () => joined.got.out === 'pipe no TERM a\n')
  joined.stdin.write('one')
  await until('it answers', () => joined.got.out.endsWith('got one'))
  joined.stdin.end()
  assert.is(await ended, 7)
  assert.is(joined.got.err, 'end\n')
})

test('a command of the shell, with its input as it was sent', async () => {
  const joined = client()
  joined.stdin.end(Buffer.from('c3ff00', 'hex'))
  assert.is(await container.run(['base64'], joined), 0)
  assert.is(joined.got.out, 'w/8A\n')
  const other = client()
  other.stdin.end('echo from a script\nexit 4\n')
  assert.is(await container.run(['sh'], other), 4)
  assert.is(other.got.out, 'from a script\n')
})

test('what does not read its input does not wait for its end', async () => {
  const joined = client()
  assert.is(await container.run(['sh', '-c', 'cat /etc/hostname; echo $((1 + 1))'], joined), 0)
  assert.is(joined.got.out, 'web\n2\n')
})

test('what cannot be started is said in the words of containerd, and node -e in ours', async () => {
  const why = async (...command: readonly string[]) =>
    container.run(command, client()).then(
      () => 'it ran',
      (error: Error) => error.message.replace(/"[0-9a-f]{64}"/, 'ID'),
    )
  const failed = 'failed to exec in container: failed to start exec ID: OCI runtime exec failed: exec failed: '
  assert.is(
    await why('nosuch'),
    `${failed}unable to start container process: exec: "nosuch": executable file not found in $PATH: unknown`,
  )
  assert.match(
    await why('node', '-e', '1'),
    `${failed}node -e: the practice cluster starts node on a file of the image`,
  )
})

test('a stack trace names the files as the container does', async () => {
  const joined = client()
  assert.is(await container.run(['node', '/app/lost.js'], joined), 1)
  assert.match(joined.got.err, "Cannot find module 'nowhere'")
  assert.match(joined.got.err, '- /app/lost.js')
  assert.not.match(joined.got.err, fixture.folder)
})

test('the command dies with its client; the container and other commands do not', async () => {
  const [leaving, staying] = [client(), client()]
  const left = container.run(['sleep', '1000'], leaving)
  const stays = container.run(['sleep', '2000'], staying)
  await until('both run', async () => /1000[\s\S]*2000|2000[\s\S]*1000/.test(await listed()))
  leaving.leave()
  assert.is(await left, 137)
  assert.not.match(await listed(), 'sleep 1000')
  assert.match(await listed(), 'sleep 2000')
  staying.leave()
  assert.is(await stays, 137)
  assert.match(await listed(), /\b1 \S+ +sh -c while/)
})

test('on a terminal: lines are shown, Ctrl-C ends it with 130, its size is told', async () => {
  const joined = client({ tty: true })
  const ended = container.run(['node', '/app/echo.js'], joined)
  await until('it runs', () => joined.got.out.includes('terminal xterm a\r\n'))
  joined.sizes.write({ columns: 100, rows: 30 })
  await until('it knows the size', () => joined.got.out.includes('100 30\r\n'))
  joined.stdin.write('ab\x7f\r')
  await until('it answers', () => joined.got.out.endsWith('ab\b \b\r\ngot a\r\n'))
  joined.stdin.write('\x03')
  assert.is(await ended, 130)
  assert.is(joined.got.err, '')
})

test('a shell to type at keeps folder, variables and functions, and goes on after Ctrl-C', async () => {
  const joined = client({ tty: true })
  const ended = container.run(['sh'], joined)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor
  const screen = () => joined.got.out.replace(/\x1b\[\d*[A-Z]/g, '')
  const answer = async (line: string, wanted: RegExp) => {
    const before = screen().length
    joined.stdin.write(`${line}\r`)
    await until(`${line} is answered`, () => wanted.test(screen().slice(before)))
  }
  await until('the prompt is there', () => screen().endsWith('# '))
  await answer('cd /tmp; X=5; export Y=6; f() { echo f $1; }; false', /false\r\n/)
  await answer('echo $? $X; f two; pwd; env | grep Y=', /1 5\r\nf two\r\n\/tmp\r\nY=6\r\n/)
  await answer('for i in 1 2; do', /> /)
  await answer('echo number $i; done', /number 1\r\nnumber 2\r\n/)
  await answer('nosuch', /sh: nosuch: not found/)
  joined.stdin.write('while true; do echo tick; sleep 0.05; done\r')
  await until('it ticks', () => /tick\r\ntick/.test(screen()))
  joined.stdin.write('\x03')
  await until('it is stopped', () => /\^C[\s\S]*# $/.test(screen()))
  await answer('echo $?', /130\r\n/)
  joined.stdin.write('exit 5\r')
  assert.is(await ended, 5)
})

test('attach hears what the container prints from then on, and types to one that has stdin', async () => {
  const image = await fixture.image({ 'app/echo.js': ECHO }, ['node', 'echo.js'])
  const own = await fixture.started('10.244.6.3', image, { stdin: true, stdinOnce: true })
  await until('it runs', async () => (await fixture.log(own.config)).includes('pipe'))
  const joined = client()
  const ended = own.container.attach(joined)
  joined.stdin.write('hello')
  await until('it answers', () => joined.got.out === 'got hello')
  joined.stdin.end()
  assert.is((await own.container.exited).code, 7)
  assert.is(await ended, 0)
  assert.is(joined.got.err, 'end\n')
  await own.sandbox.remove()
})

test.run()
