/** What a manifest or a build folder might try. */
import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import { until } from '../../../test/harness/until.ts'
import { buildImage } from './images/build-image.ts'
import { StartError } from './runtime.ts'
import { RuntimeFixture } from './testing/fixture.ts'

const test = suite('attacks', { deadline: 60_000 })

let fixture: RuntimeFixture
test.before(async () => {
  fixture = await RuntimeFixture.open()
})
test.after(() => fixture.close())

async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it was let through')
}

test('variables that make a process load code are refused, others are not', async () => {
  for (const name of [
    'NODE_OPTIONS',
    'node_options',
    'NODE_PATH',
    'LD_PRELOAD',
    'DYLD_INSERT_LIBRARIES',
    'OPENSSL_CONF',
    'NODE_EXTRA_CA_CERTS',
  ]) {
    const attempt = fixture.node('10.244.2.2', '', { env: { [name]: '--inspect' } })
    assert.match(await refusal(attempt), new RegExp(`^environment variable ${name} is refused`))
  }
  const env = {
    NODE_ENV: 'production',
    NODE_NAME: 'n1',
    NODE_SERVICE_HOST: '10.96.0.1',
    NODE_PORT: 'tcp://10.96.0.1:80',
  }
  const { log } = await fixture.node('10.244.2.2', 'console.log(process.env.NODE_ENV, process.env.NODE_NAME)', { env })
  assert.is(log, 'production n1\n')
})

test('a command starts no code but files of the image, and no program of this machine', async () => {
  const image = await fixture.image({ 'app/app.js': '' }, ['node', 'app.js'])
  const source = path.join(fixture.folder, 'volume')
  await mkdir(source, { recursive: true })
  await writeFile(path.join(source, 'evil.js'), 'console.log(1)')
  const mounts = [{ source, target: '/data', readOnly: false }]
  const commands = [
    ...[
      '-e',
      '-p',
      '--eval=1',
      '-r',
      '--require=/x',
      '--import=data:text/javascript,1',
      '--inspect',
      '--loader=x',
      '--env-file=x',
    ],
    ...['--allow-child-process', '--experimental-loader', '-i'],
  ].map((flag) => ['node', flag, 'app.js'])
  for (const command of [
    ...commands,
    ['node', '/data/evil.js'],
    ['node', '../data/evil.js'],
    ['/bin/bash2'],
    ['/usr/bin/python3'],
    ['npm', 'start'],
  ]) {
    const attempt = fixture.run('10.244.2.3', image, { command, mounts })
    try {
      await attempt
      assert.unreachable(command.join(' '))
    } catch (error) {
      assert.instance(error, StartError, `${command.join(' ')}: ${(error as Error).message}`)
    }
  }
  const busybox = await fixture.runtime.images.pull('busybox')
  assert.match(
    await refusal(fixture.run('10.244.2.3', busybox, { command: ['nosuch'] })),
    /exec: "nosuch": executable file not found in \$PATH: unknown$/,
  )
  assert.match(
    await refusal(fixture.run('10.244.2.3', busybox, { command: ['node', 'x.js'] })),
    /exec: "node": executable file not found/,
  )
})

test('the shell sees nothing of this machine', async () => {
  const secret = path.join(fixture.folder, 'secret')
  await writeFile(secret, 'topsecret')
  const busybox = await fixture.runtime.images.pull('busybox')
  const script = `cat ${secret}; cat /../../../../../..${secret}; ln -s ${secret} /tmp/l; cat /tmp/l; cat /proc/1/environ; ls /work /home /root; cat /etc/shadow; env`
  const { log } = await fixture.run('10.244.2.4', busybox, { command: ['sh', '-c', script], env: { MINE: '1' } })
  assert.not.match(log, /topsecret/)
  assert.not.match(log, /HOME=(?!\/root)/)
  assert.not.match(log, /KUBERNETES_BY_HAND/)
  assert.match(log, /MINE=1/)
})

test('a flood of lines is slowed down, cut into two files, and does not stall this process', async () => {
  const flood = `
const line = 'x'.repeat(4000) + '\\n'
const write = () => { while (process.stdout.write(line)); process.stdout.once('drain', write) }
write()`
  const image = await fixture.image({ 'app/app.js': flood }, ['node', 'app.js'])
  const { config, container, sandbox } = await fixture.started('10.244.2.5', image)
  let longest = 0
  let last = performance.now()
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 5)
  await until('the log was rotated', () => stat(`${config.logPath}.1`), { within: 20_000 })
  clearInterval(watch)
  container.signal('SIGKILL')
  assert.is((await container.exited).code, 137)
  await sandbox.remove()
  const sizes = await Promise.all([config.logPath, `${config.logPath}.1`].map(async (file) => (await stat(file)).size))
  assert.ok(
    sizes.every((size) => size <= 10 * 1024 * 1024),
    sizes.join(' '),
  )
  assert.ok(longest < 1_000, `stalled for ${longest} ms`)
})

test('more memory than the limit ends a container with 137, OOMKilled; less does not', async () => {
  const greedy = await fixture.node(
    '10.244.2.6',
    'const all = []; setInterval(() => all.push(Buffer.alloc(20e6, 1)), 20)',
    { memoryLimitBytes: 150e6 },
  )
  assert.equal([greedy.code, greedy.oomKilled], [137, true])
  const modest = await fixture.node('10.244.2.7', 'setTimeout(() => process.exit(0), 600)', { memoryLimitBytes: 300e6 })
  assert.equal([modest.code, modest.oomKilled], [0, false])
})

test('a build takes nothing from outside its folder', async () => {
  const context = path.join(fixture.folder, 'context')
  await mkdir(path.join(context, 'deep', 'er'), { recursive: true })
  await writeFile(path.join(fixture.folder, 'secret'), 'topsecret')
  await writeFile(path.join(context, 'fine.js'), '')
  await symlink('../secret', path.join(context, 'out'))
  await symlink('/etc/passwd', path.join(context, 'absolute'))
  await symlink('../../fine.js', path.join(context, 'deep', 'er', 'link'))
  const build = async (copy: string) => {
    await writeFile(path.join(context, 'Dockerfile'), `FROM scratch\n${copy}\n`)
    return buildImage(fixture.runtime.images, { context, name: 'attack:1' })
  }
  assert.match(await refusal(build('COPY ../secret /x')), /^Dockerfile:2: \.\.\/secret lies outside the build context/)
  assert.match(await refusal(build('COPY deep/../../secret /x')), /lies outside the build context/)
  assert.match(await refusal(build('COPY out /x')), /out is a link that leads out of the build context/)
  assert.match(await refusal(build('COPY absolute /x')), /absolute is a link that leads out of the build context/)
  assert.match(await refusal(build('COPY . /x')), /is (an absolute link|a link that leads out)/)
  assert.match(await refusal(build('COPY deep/er /')), /would lead out of the image/)
  assert.match(await refusal(build('ADD https://example.com/x /x')), /nothing is downloaded/)
  assert.match(await refusal(build('RUN npm ci')), /^Dockerfile:2: RUN is not done.*COPY node_modules/)
  assert.is(await fixture.runtime.images.find('attack:1'), undefined)
  assert.equal(
    (await readdir(fixture.runtime.images.folder)).filter((name) => name.startsWith('.build')),
    [],
  )
  assert.match(
    await refusal(buildImage(fixture.runtime.images, { context, name: 'starter-app:1.0' })),
    /built in and cannot be overwritten/,
  )
})

test.run()
