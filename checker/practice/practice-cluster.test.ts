import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { httpsClient } from '../../cluster/client/https-client.ts'
import { isHeld } from '../../cluster/daemon/lifeline.ts'
import { StateFolder } from '../../cluster/daemon/state-folder.ts'
import { suite } from '../../test/harness/suite.ts'
import { until } from '../../test/harness/until.ts'
import { ensureRunning, findRunning, killRunning, type Starting, stopRunning } from './ensure-running.ts'
import type { PracticeCluster } from './practice-cluster.ts'
import { workbook } from './workbook.ts'

const folders: StateFolder[] = []

function freshState(): StateFolder {
  const state = new StateFolder(path.join(mkdtempSync(path.join(tmpdir(), 'kbh-practice-')), 'cluster'))
  folders.push(state)
  return state
}

/** Starts a cluster and gives it with what was said. */
async function start(state: StateFolder, starting: Partial<Starting> = {}) {
  const said: string[] = []
  const cluster = await ensureRunning({ state, say: (line) => said.push(line), ...starting })
  return { cluster, said: said.join('\n') }
}

const apiOf = (cluster: PracticeCluster) =>
  httpsClient({ server: cluster.url, token: cluster.token, ca: cluster.certificate })

const serverPod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'app', image: 'starter-app:1.0' }] },
})

/** Processes of this machine whose command line names the state folder: containers are told where their files are. */
function processesOf(state: StateFolder): number[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' })
  const lines = stdout.split('\n').filter((line) => line.includes(state.root))
  return lines.map((line) => Number.parseInt(line, 10))
}

async function running(cluster: PracticeCluster, name: string): Promise<void> {
  const api = apiOf(cluster)
  await until(`${name} runs`, async () => {
    const { status } = await api.get('v1 Pod', { namespace: 'default', name })
    return status.containerStatuses?.[0]?.state?.running !== undefined
  })
}

const test = suite('practice cluster', { deadline: 60_000 })

test.after(async () => {
  for (const state of folders) {
    await killRunning(state)
    rmSync(path.dirname(state.root), { recursive: true, force: true })
  }
})

test('it starts from nothing, tells its address, and keeps its secrets to its owner', async () => {
  const state = freshState()
  const { cluster, said } = await start(state)
  assert.match(
    said,
    /^Practice cluster started in [\d.]+ s: Kubernetes 1\.34 API at https:\/\/127\.0\.0\.1:\d+, 3 nodes/,
  )
  if (process.platform !== 'win32') {
    for (const file of [
      state.kubeconfig,
      path.join(state.pki, 'token'),
      path.join(state.pki, 'apiserver.key'),
      state.log,
    ]) {
      assert.is(statSync(file).mode & 0o777, 0o600, file)
    }
    assert.is(statSync(state.root).mode & 0o777, 0o700)
  }
  const config = JSON.parse(readFileSync(state.kubeconfig, 'utf8')) as Record<string, unknown>
  assert.is(config['current-context'], 'practice')
  const { items } = await until('three nodes', async () => {
    const nodes = await apiOf(cluster).list('v1 Node')
    return nodes.items.length === 3 ? nodes : false
  })
  assert.equal(items.map(({ metadata }) => metadata.name).sort(), ['node-1', 'node-2', 'node-3'])
  assert.is((await start(state)).said, '', 'a cluster that runs is used without a word')
})

test('two starts at once make one cluster', async () => {
  const state = freshState()
  const [one, two] = await Promise.all([start(state), start(state)])
  assert.is(one.cluster.pid, two.cluster.pid)
  assert.is([one.said, two.said].filter((said) => said !== '').length, 1)
})

test('its own door is closed without the token, and names what there is', async () => {
  const { cluster } = await start(folders[0] as StateFolder)
  const anonymous = await new Promise<number | undefined>((resolve, reject) => {
    import('node:https').then(({ get }) => {
      get(`${cluster.url}/practice/v1/status`, { ca: cluster.certificate }, (response) =>
        resolve(response.statusCode),
      ).on('error', reject)
    }, reject)
  })
  assert.is(anonymous, 403)
  try {
    await cluster.stop('schedular')
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, /no component "schedular".*kube-proxy.*kubelet\/node-1.*scheduler/)
  }
})

test('a stopped scheduler places nothing until it is started', async () => {
  const { cluster } = await start(folders[0] as StateFolder)
  const api = apiOf(cluster)
  await cluster.stop('scheduler')
  const { components } = await cluster.status()
  assert.is(components.find(({ name }) => name === 'scheduler')?.running, false)
  await api.create('v1 Pod', serverPod('waits'))
  assert.is((await api.get('v1 Pod', { namespace: 'default', name: 'waits' })).spec.nodeName, undefined)
  await cluster.start('scheduler')
  await running(cluster, 'waits')
})

test('a lost node takes its processes with it', async () => {
  const state = folders[0] as StateFolder
  const { cluster } = await start(state)
  const api = apiOf(cluster)
  await api.create('v1 Pod', { ...serverPod('doomed'), spec: { ...serverPod('').spec, nodeName: 'node-2' } })
  await running(cluster, 'doomed')
  const before = processesOf(state).length
  await cluster.stop('node-2')
  await until('its process is gone', () => processesOf(state).length < before)
  await cluster.start('node-2')
  await running(cluster, 'doomed')
})

test('the speed of the clock is told, and a senseless one refused', async () => {
  const { cluster } = await start(folders[0] as StateFolder)
  await cluster.setSpeed(10)
  assert.is((await cluster.status()).speed, 10)
  for (const speed of [0, -1, 1_000_000, Number.NaN]) {
    try {
      await cluster.setSpeed(speed)
      assert.unreachable()
    } catch (error) {
      assert.match((error as Error).message, /above 0/)
    }
  }
  await cluster.setSpeed(1)
})

test('after kill -9 nothing of it lives longer than two seconds, and the next command brings objects and pods back', async () => {
  const state = folders[0] as StateFolder
  const { cluster } = await start(state)
  await running(cluster, 'waits')
  const hanging = processesOf(state).filter((pid) => pid !== cluster.pid)
  assert.ok(hanging.length > 0)
  for (const pid of hanging) process.kill(pid, 'SIGSTOP')
  process.kill(cluster.pid, 'SIGKILL')
  await until('all its processes are gone', () => processesOf(state).length === 0, { within: 2_000 })

  const again = await start(state)
  assert.match(again.said, /^The practice cluster had died; restarted with its state/)
  await running(again.cluster, 'waits')
})

test('one that hangs is restarted', async () => {
  const state = folders[0] as StateFolder
  const { cluster } = await start(state)
  process.kill(cluster.pid, 'SIGSTOP')
  const again = await start(state, { hangingMs: 500 })
  assert.match(again.said, /has not answered for 0.5 s; it is restarted\.\nThe practice cluster was hanging; restarted/)
  assert.is.not(again.cluster.pid, cluster.pid)
  await running(again.cluster, 'waits')
})

test('one of an older workbook is restarted with its state', async () => {
  const state = folders[0] as StateFolder
  const { cluster } = await start(state)
  const file = JSON.parse(readFileSync(state.processFile, 'utf8')) as Record<string, unknown>
  state.write(state.processFile, JSON.stringify({ ...file, version: 'old' }))
  const again = await start(state)
  assert.match(again.said, /^The workbook is newer than the practice cluster was; restarted/)
  assert.is.not(again.cluster.pid, cluster.pid)
  assert.is(again.cluster.url, cluster.url, 'at the same address')
})

test('stopped, it leaves nothing behind but its state', async () => {
  const state = folders[0] as StateFolder
  const { cluster } = await start(state)
  await running(cluster, 'waits')
  await stopRunning(cluster, state)
  assert.is(await isHeld(state.lifeline), false)
  await until('all its processes are gone', () => processesOf(state).length === 0, { within: 2_000 })
  assert.is(existsSync(state.processFile), false)
  assert.match((await start(state)).said, /^Practice cluster started/)
})

test('a port that is taken is left to whom it belongs', async () => {
  const other = net.createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as net.AddressInfo
  const state = freshState()
  state.create()
  state.write(state.portFile, String(port))
  const { cluster } = await start(state)
  other.close()
  assert.is.not(new URL(cluster.url).port, String(port))
})

test('nobody asks: it stops by itself; somebody is there: it does not', async () => {
  const state = freshState()
  const { cluster } = await start(state, { environment: { WORKBOOK_IDLE_MS: '1500' } })
  const leave = cluster.stayAwake()
  const opened = Date.now()
  await until('longer than the idle time', () => Date.now() - opened > 2_000)
  assert.is(await isHeld(state.lifeline), true)
  leave()
  await until('it has stopped', async () => !(await isHeld(state.lifeline)))
  assert.is(existsSync(state.processFile), false)
  assert.is(await findRunning(state), undefined)
})

test('wiped, nothing is left; without a yes, everything is', async () => {
  const state = folders[0] as StateFolder
  await start(state)
  const command = (...words: string[]) =>
    spawnSync(process.execPath, [path.join(workbook, 'checker', 'launch.mjs'), 'cluster', ...words], {
      env: { ...process.env, WORKBOOK_CLUSTER_DIR: state.root },
      encoding: 'utf8',
    })
  const asked = command('wipe')
  assert.is(asked.status, 2, asked.stderr)
  assert.ok(existsSync(state.kubeconfig))
  const wiped = command('wipe', '--yes')
  assert.is(wiped.status, 0, wiped.stderr)
  assert.is(existsSync(state.root), false)
  assert.equal(processesOf(state), [])
})

test.run()
