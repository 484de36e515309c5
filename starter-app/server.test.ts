import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../test/harness/suite.ts'
import { until } from '../test/harness/until.ts'

interface Running {
  readonly child: ChildProcess
  readonly url: string
  readonly port: number
  /** The log so far, one object a line. */
  lines(): Record<string, unknown>[]
  output(): string
  exit: Promise<number | string>
}

const server = fileURLToPath(new URL('./server.ts', import.meta.url))
const running = new Set<ChildProcess>()

function launch(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), server], {
    env: { PATH: process.env.PATH, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const exit = once(child, 'close').then(([code, signal]) => {
    running.delete(child)
    return (code ?? signal) as number | string
  })
  return { child, exit, output: () => output, lines: () => parse(output) }
}

function parse(output: string): Record<string, unknown>[] {
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
}

async function start(env: Record<string, string> = {}): Promise<Running> {
  const started = launch(env)
  const port = await until('the server listens', () => {
    const line = started.lines().find(({ message }) => String(message).startsWith('listening on '))
    return line && Number(String(line.message).slice('listening on '.length))
  })
  return { ...started, port, url: `http://127.0.0.1:${port}` }
}

const logged = (app: Running, text: string) => app.lines().some(({ message }) => String(message).includes(text))

const test = suite('starter app')
let app: Running
test.before(async () => {
  app = await start({ GREETING: 'Good day', APP_VERSION: '1.1', API_KEY: 'do-not-tell' })
})
test.after(async () => {
  for (const child of running) child.kill('SIGKILL')
})

test('greets with its host name and version, in a line of text or as JSON', async () => {
  const text = await (await fetch(app.url)).text()
  assert.is(text, `Good day from ${hostname()} (version 1.1)\n`)
  const json = await (await fetch(app.url, { headers: { accept: 'application/json' } })).json()
  assert.equal(json, { greeting: 'Good day', host: hostname(), version: '1.1' })
})

test('has defaults for all that the environment may say', async () => {
  const plain = await start()
  assert.is(await (await fetch(plain.url)).text(), `Hello from ${hostname()} (version 1.0)\n`)
  assert.equal(await (await fetch(`${plain.url}/version`)).json(), { version: '1.0' })
})

test('is healthy, and ready until it is told otherwise', async () => {
  const ready = async () => {
    const answer = await fetch(`${app.url}/ready`)
    return [answer.status, ((await answer.json()) as { status: string }).status]
  }
  assert.equal(await ready(), [200, 'ready'])
  assert.is((await fetch(`${app.url}/ready/disable`, { method: 'POST' })).status, 200)
  assert.equal(await ready(), [503, 'not ready'])
  assert.is((await fetch(`${app.url}/health`)).status, 200)
  assert.is((await fetch(app.url)).status, 200)
  assert.is((await fetch(`${app.url}/ready/enable`, { method: 'POST' })).status, 200)
  assert.equal(await ready(), [200, 'ready'])
})

test('shows its configuration, but no secret, there or in its log', async () => {
  const config = await (await fetch(`${app.url}/config`)).json()
  assert.equal(config, { PORT: 0, GREETING: 'Good day', APP_VERSION: '1.1', API_KEY: 'set' })
  assert.not.match(app.output(), /do-not-tell/)
})

test('tells about its process', async () => {
  const info = (await (await fetch(`${app.url}/info`)).json()) as Record<string, unknown>
  assert.is(info.host, hostname())
  assert.is(info.pid, app.child.pid)
  assert.is(info.node, process.version)
  assert.ok((info.uptime as number) > 0 && (info.memory as number) > 1)
})

test('answers late, burns CPU, and stays healthy meanwhile', async () => {
  const started = performance.now()
  const late = Promise.all([fetch(`${app.url}/slow?ms=150`), fetch(`${app.url}/stress?ms=150`)])
  assert.is((await fetch(`${app.url}/health`)).status, 200)
  assert.equal(await Promise.all((await late).map((answer) => answer.json())), [{ waited: 150 }, { burned: 150 }])
  assert.ok(performance.now() - started >= 149)
})

test('refuses what it cannot read, find or do, in words', async () => {
  const ask = async (path: string, method = 'GET') => {
    const answer = await fetch(app.url + path, { method })
    return {
      status: answer.status,
      allow: answer.headers.get('allow'),
      ...((await answer.json()) as { error: string }),
    }
  }
  for (const ms of ['soon', '-1', '1.5', '60001', '']) assert.is((await ask(`/slow?ms=${ms}`)).status, 400, ms)
  assert.match((await ask('/stress?ms=soon')).error, /^ms must be a whole number .* but it is "soon"$/)
  assert.equal([(await ask('/nowhere')).status, (await ask('/constructor')).status], [404, 404])
  assert.is((await ask('/nowhere')).error, 'nothing is at /nowhere')
  assert.is((await ask('//')).status, 404)
  const crash = await ask('/crash')
  assert.equal([crash.status, crash.allow, crash.error], [405, 'POST', '/crash takes POST, not GET'])
  assert.is((await ask('/health', 'DELETE')).allow, 'GET, HEAD')
  assert.is((await fetch(app.url, { method: 'HEAD' })).status, 200)
})

test('logs one JSON object a line; probes that succeed are not logged', async () => {
  await fetch(`${app.url}/version`)
  await until('the request is logged', () => logged(app, 'GET /version 200'))
  for (const line of app.lines()) {
    assert.ok(Date.parse(line.time as string) > 0)
    assert.equal([typeof line.level, typeof line.message, line.host], ['string', 'string', hostname()])
  }
  assert.not(logged(app, 'GET /health 200'))
})

test('crashes when asked, after answering: exit code 1 and a last line', async () => {
  const doomed = await start()
  assert.equal(await (await fetch(`${doomed.url}/crash`, { method: 'POST' })).json(), { status: 'crashing' })
  assert.is(await doomed.exit, 1)
  assert.is(doomed.lines().at(-1)?.message, 'crashing because POST /crash asked for it')
})

test('hangs when asked, after answering: no request and no SIGTERM is answered any more', async () => {
  const stuck = await start()
  assert.equal(await (await fetch(`${stuck.url}/hang`, { method: 'POST' })).json(), { status: 'hanging' })
  await until('it hangs', () => logged(stuck, 'hanging because'))
  stuck.child.kill('SIGTERM')
  const answer = await fetch(`${stuck.url}/health`, { signal: AbortSignal.timeout(300) }).catch((error) => error.name)
  assert.is(answer, 'TimeoutError')
  assert.is(stuck.child.exitCode, null)
  stuck.child.kill('SIGKILL')
  assert.is(await stuck.exit, 'SIGKILL')
})

test('on SIGTERM it finishes what is in flight, takes nothing new, drops idle connections, and exits 0', async () => {
  const leaving = await start()
  await fetch(leaving.url) // leaves an idle keep-alive connection
  const silent = connect(leaving.port, '127.0.0.1')
  await once(silent, 'connect')
  const inFlight = fetch(`${leaving.url}/slow?ms=400`)
  await fetch(`${leaving.url}/ready`)
  leaving.child.kill('SIGTERM')
  await until('the signal is logged', () => logged(leaving, 'SIGTERM received: finishing 1 request in flight'))
  const refused = await fetch(leaving.url).catch((error) => error.cause.code)
  assert.is(refused, 'ECONNREFUSED')
  assert.equal(await (await inFlight).json(), { waited: 400 })
  assert.is(await leaving.exit, 0)
  assert.is(leaving.lines().at(-1)?.message, 'stopped')
  silent.destroy()
})

test('an unusable PORT, or one that is taken, ends it with exit code 1 and a reason', async () => {
  for (const [PORT, reason] of [
    ['http', /PORT must be a whole number from 0 to 65535, but it is "http"/],
    ['70000', /but it is "70000"/],
    [String(app.port), /EADDRINUSE/],
  ] as const) {
    const failed = launch({ PORT })
    assert.is(await failed.exit, 1)
    assert.match(String(failed.lines()[0]?.message), reason)
  }
})

test.run()
