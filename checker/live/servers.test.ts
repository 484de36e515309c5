import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { RealClock } from '../../cluster/apimachinery/clock.ts'
import { Stage } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import { ImageBuildError } from '../cluster/cluster.ts'
import { ClusterFault } from '../cluster/cluster-fault.ts'
import { beginsWith } from './begins-with.ts'
import { defaultPort } from './default-port.ts'
import { dockerfileFacts, isRoot } from './dockerfile-facts.ts'
import { listenerOn } from './free-port.ts'
import { imageBuilt, notAsRoot } from './image-built.ts'
import { type Live, outcomeOf, type Probe } from './live.ts'
import { politeEnd } from './polite-end.ts'
import { withServers } from './servers.ts'
import { sideBySide } from './side-by-side.ts'
import { Waiting } from './waiting.ts'

const test = suite("the learner's servers and images, started and judged", { deadline: 60_000 })
const folder = mkdtempSync(path.join(tmpdir(), 'servers '))
test.after(() => rmSync(folder, { recursive: true }))
const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text)
const live = (more: Partial<Live> = {}) => new Stage().live({ folder, waiting: new Waiting(new RealClock()), ...more })

/** What a probe came to: its verdict and code, and everything that a learner would read. */
async function told(probe: Probe, more: Partial<Live> = {}): Promise<string> {
  const outcome = await outcomeOf(probe, live(more))
  const code = 'code' in outcome ? ` ${outcome.code}` : ''
  const evidence = 'evidence' in outcome ? (outcome.evidence ?? []) : []
  return [`${outcome.verdict}${code}`, outcome.measured, ...evidence].join('\n')
}

const serving = (body: string, after = '') => `import { createServer } from 'node:http'
import { hostname } from 'node:os'
const server = createServer((request, response) => { ${body} }).listen(Number(process.env.PORT))
${after}`

test('two copies answer: pages are judged by status and text, from one start', async () => {
  write('good.mjs', serving("response.statusCode = request.url === '/' ? 200 : 404; response.end(hostname())"))
  const pages = sideBySide('good.mjs', ['/', '/health'])
  const same = { manifests: [] }
  assert.match(await told(pages('/', { status: 200, contains: hostname() }), same), /^passed\n10 answers, on ports/)
  assert.match(await told(pages('/health', { status: 404 }), same), 'passed')
  assert.match(await told(pages('/health', { status: 200 }), same), 'missed live-wrong-answer')
  assert.match(await told(pages('/', { status: 200, contains: 'nobody' }), same), 'missed live-text-missing')
})

test('a server that stops answering is noticed, and killed', async () => {
  write(
    'once.mjs',
    serving('if (globalThis.asked) return; globalThis.asked = true; response.end()', 'setInterval(() => {}, 1e6)'),
  )
  const read = await told(sideBySide('once.mjs', ['/'])('/', { status: 200 }))
  assert.match(read, /^missed live-unanswered\n1 of 2 answered[\s\S]*no answer within 4 s/, read)
  const port = Number(/PORT=(\d+)/.exec(read)?.[1])
  assert.is(await listenerOn(port), undefined)
})

test('a mistake in the program is shown with file, line and column, a missing name with its error', async () => {
  write('broken.ts', 'const answer: number = 1\nconst server = ((\nanswer')
  assert.match(
    await told(sideBySide('broken.ts', ['/'])('/', { status: 200 })),
    /program-not-started[\s\S]*broken\.ts:3:7: Expected/,
  )
  write('unknown.mjs', 'serve(process.env.PORT)')
  assert.match(
    await told(sideBySide('unknown.mjs', ['/'])('/', { status: 200 })),
    /exit code 1[\s\S]*serve is not defined/,
  )
})

test('a port that is taken is told from the port that was given', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  write('fixed.mjs', `import { createServer } from 'node:http'\ncreateServer().listen(${port}, '127.0.0.1')`)
  const read = await told(sideBySide('fixed.mjs', ['/'])('/', { status: 200 }))
  other.close()
  assert.match(read, `it wanted port ${port}, which is taken`)
})

test('without PORT the default port is what the program asks for, whoever has it on this machine', async () => {
  const by = (listen: string) => {
    write(
      'default.mjs',
      `import { createServer } from 'node:http'\ncreateServer((_, response) => response.end()).${listen}`,
    )
    return told(defaultPort('default.mjs'))
  }
  const other = createServer()
    .listen(3000)
    .on('error', () => {})
  for (const listen of [
    'listen(process.env.PORT || 3000)',
    "listen('3000', () => {})",
    "listen({ port: 3000, host: '127.0.0.1' })",
  ])
    assert.is(await by(listen), 'passed\nit listens on 3000')
  assert.match(await by('listen(0)'), /^missed program-not-listening[\s\S]*it listens on port \d+/)
  other.close()
})

test('of the environment only what Node needs, and what is given, reaches a copy', async () => {
  process.env.WORKBOOK_SECRET = 'seen'
  write(
    'env.mjs',
    serving("const { GREETING, WORKBOOK_SECRET } = process.env; response.end(GREETING + ' ' + WORKBOOK_SECRET)"),
  )
  const wants = (begins: string) => beginsWith('env.mjs', [{ env: { GREETING: "It's" }, begins }])
  assert.match(await told(wants("It's undefined")), 'passed')
  assert.match(await told(wants('Welcome')), 'missed live-other-start')
  delete process.env.WORKBOOK_SECRET
})

test('copies are killed also when the check breaks off', async () => {
  write('stubborn.mjs', serving('response.end()', "process.on('SIGTERM', () => {})"))
  let port = 0
  try {
    await withServers(live(), 'stubborn.mjs', [{}], async ([server]) => {
      port = server?.port ?? 0
      throw new Error('broken off')
    })
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, 'broken off')
  }
  assert.is(await listenerOn(port), undefined)
})

const slow = (after: string) =>
  serving("if (request.url === '/slow') setTimeout(() => response.end('done'), 500)", after)
const farewell = async (after: string) => {
  write('slow.mjs', slow(after))
  const { answersWhole, takesNobody, endsItself } = politeEnd('slow.mjs', { slow: '/slow', says: 'done', within: 1 })
  const same = { manifests: [] }
  const all = [await told(answersWhole, same), await told(takesNobody, same), await told(endsItself, same)]
  return all.map((text) => text.split('\n')[0])
}

if (process.platform === 'win32') test.skip('a polite end')
else
  test('a polite end passes; one at once, none, and one with an error are told apart', async () => {
    assert.equal(await farewell("process.on('SIGTERM', () => server.close())"), ['passed', 'passed', 'passed'])
    const cut = 'missed program-cut-off'
    assert.equal(await farewell(''), [cut, 'passed', 'missed program-exit'])
    const open = 'missed program-still-open'
    assert.equal(await farewell("process.on('SIGTERM', () => {})"), ['passed', open, 'missed program-still-runs'])
    const error = "process.on('SIGTERM', () => server.close(() => process.exit(3)))"
    assert.equal(await farewell(error), ['passed', 'passed', 'missed program-exit'])
  })

if (process.platform !== 'win32')
  test('a page that is not slow any more, or says something else, proves no polite end', async () => {
    const answering = async (body: string) => {
      write('quick.mjs', serving(body, "process.on('SIGTERM', () => server.close())"))
      const { answersWhole } = politeEnd('quick.mjs', { slow: '/slow', says: 'done', within: 1 })
      return (await told(answersWhole)).split('\n')[0]
    }
    assert.is(await answering("response.end('done')"), 'missed program-not-slow')
    assert.is(await answering("setTimeout(() => response.end('ok'), 500)"), 'missed live-text-missing')
    assert.is(await answering("setTimeout(() => response.end('done'), 500)"), 'passed')
  })

test("a Dockerfile's user is the last one of its last stage; root has several spellings", async () => {
  const userOf = (text: string) => dockerfileFacts(text).user
  assert.is(userOf('ARG WHO=node\nFROM node:24 AS a\nARG WHO\nUSER $WHO\nFROM a\nENV PORT=80'), 'node')
  assert.is(userOf('FROM node:24 AS a\nUSER node\nFROM node:24'), '')
  assert.equal(['root', '0', '0:0', 'root:node', ''].map(isRoot), [true, true, true, true, true])
  assert.equal(['node', '1000:0', '10'].map(isRoot), [false, false, false])
  write('Dockerfile', 'FROM node:24\nUSER root\n')
  assert.match(await told(notAsRoot('a:1')), /missed image-as-root[\s\S]*2 │ USER root/)
  write('Dockerfile', 'FROM node:24\n')
  assert.match(await told(notAsRoot('a:1')), 'missed image-no-user')
})

test('what cannot be built is the file, the tool, or the cluster', async () => {
  const builds = (error?: Error) => ({
    abilities: { canBuildImage: async () => (error ? Promise.reject(error) : undefined) },
  })
  write('Dockerfile', 'FROM node:24\n  COPI a b\n')
  assert.match(
    await told(imageBuilt('a:1'), builds()),
    /missed image-not-built[\s\S]*Dockerfile:2:3 {2}unknown instruction: COPI/,
  )
  write('Dockerfile', 'FROM node:24\nUSER node\n')
  assert.match(await told(imageBuilt('a:1'), builds()), 'passed')
  assert.match(await told(imageBuilt('a:1')), 'untried')
  assert.match(await told(imageBuilt('a:1'), builds(new ImageBuildError('Dockerfile:2: no'))), 'missed image-not-built')
  assert.match(await told(imageBuilt('a:1'), builds(new ImageBuildError('no docker', 'tool'))), 'untried')
  try {
    await told(imageBuilt('a:1'), builds(new ImageBuildError('no room', 'cluster')))
    assert.unreachable()
  } catch (error) {
    assert.instance(error, ClusterFault)
  }
})

test.run()
