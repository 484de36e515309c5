import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../../../../test/harness/suite.ts'
import { until } from '../../../../test/harness/until.ts'

const test = suite('reaper', { deadline: 60_000 })

const FIXTURE = fileURLToPath(new URL('../testing/fixture.ts', import.meta.url))

/** A cluster's process in small: two containers that hang, one of them a shell. Prints their pids and waits. */
const PARENT = `
import { RuntimeFixture } from ${JSON.stringify(FIXTURE)}
import { readdir, readFile } from 'node:fs/promises'
const fixture = await RuntimeFixture.open()
const hanging = await fixture.image({ 'app/app.js': "console.log('up'); while (true);" }, ['node', 'app.js'])
const one = await fixture.started('10.244.1.2', hanging)
const shell = await fixture.runtime.images.pull('busybox')
const two = await fixture.started('10.244.1.3', shell, { command: ['sh', '-c', 'echo up; while true; do :; done'] })
for (const { config } of [one, two]) {
  while (!(await fixture.log(config).catch(() => '')).includes('up')) await new Promise((resolve) => setTimeout(resolve, 10))
}
const children = (await readFile('/proc/self/task/' + process.pid + '/children', 'utf8')).trim().split(' ')
console.log(JSON.stringify({ children: children.map(Number), folder: fixture.folder, sockets: fixture.sockets.folder }))
setInterval(() => {}, 1000)
`

if (process.platform === 'linux') {
  test('after kill -9 of the cluster, children that hang end within two seconds', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'reaper-'))
    const script = path.join(folder, 'parent.mts')
    await writeFile(script, PARENT)
    const parent = spawn(process.execPath, ['--import', 'tsx', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: process.cwd(),
    })
    let text = ''
    for await (const chunk of parent.stdout) {
      text += chunk
      if (text.includes('\n')) break
    }
    const {
      children,
      folder: state,
      sockets,
    } = JSON.parse(text) as { children: number[]; folder: string; sockets: string }
    // Two containers and the reaper at least.
    assert.ok(children.length >= 3, text)
    assert.equal(children.filter(isAlive).length, children.length)

    parent.kill('SIGKILL')
    const killed = performance.now()
    await until('no child is left', () => children.every((pid) => !isAlive(pid)), { within: 5_000 })
    const took = performance.now() - killed
    assert.ok(took < 2_000, `took ${took} ms`)
    await Promise.all([folder, state, sockets].map((left) => rm(left, { recursive: true, force: true })))
  })
}

function isAlive(pid: number): boolean {
  try {
    // A zombie has ended; who inherited it has only not asked for its exit code yet.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z'
  } catch {
    return false
  }
}

test.run()
