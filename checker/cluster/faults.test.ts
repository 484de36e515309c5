import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import * as assert from 'uvu/assert'
import { NAMESPACE, Stage } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import { ClusterFault } from './cluster-fault.ts'
import { realCluster } from './connect.ts'
import { establishHealth } from './health.ts'
import { httpsApi } from './https-api.ts'

const test = suite('what is the cluster’s fault')
const folder = mkdtempSync(path.join(tmpdir(), 'kbh-faults-'))
test.after(() => rmSync(folder, { recursive: true }))

async function faultOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
  } catch (error) {
    assert.instance(error, ClusterFault)
    return `${(error as ClusterFault).code}: ${(error as ClusterFault).message}`
  }
  return 'none'
}

function kubeconfig(server: string, user: object = {}, more: object = { 'insecure-skip-tls-verify': true }): string {
  const file = path.join(folder, 'config')
  writeFileSync(
    file,
    JSON.stringify({
      'current-context': 'kind-a',
      clusters: [{ name: 'x', cluster: { server, ...more } }],
      users: [{ name: 'x', user }],
      contexts: [{ name: 'kind-a', context: { cluster: 'x', user: 'x' } }],
    }),
  )
  return file
}

test('an API server that takes the request and says nothing hangs', async () => {
  const server = http.createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  const api = await httpsApi(config)
  assert.match(await faultOf(() => api.request({ path: '/api', timeoutMs: 200 })), /^cluster-silent: .*127\.0\.0\.1/)
  server.closeAllConnections()
  server.close()
})

test('an entry of the kubeconfig that cannot be used is told with its reason', async () => {
  const command = path.join(folder, 'no-such-plug-in')
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never' }
  for (const [file, reason] of [
    [() => kubeconfig('http://127.0.0.1:1', {}, {}), 'http'],
    [() => kubeconfig('https://127.0.0.1:1', { exec }), 'no-such-plug-in'],
    [() => kubeconfig('nonsense'), 'its entry in the kubeconfig'],
  ] as const) {
    const fault = await faultOf(() => realCluster({ context: 'kind-a', kubeconfig: file() }))
    assert.match(fault, /^cluster-unreachable: /)
    assert.match(fault, reason)
  }
})

test('a context that the kubeconfig does not have is named, with those that it has', async () => {
  const file = kubeconfig('http://127.0.0.1:1')
  const fault = await faultOf(() => realCluster({ context: 'kind-b', kubeconfig: file }))
  assert.match(fault, /^cluster-context-unknown: .*"kind-b"; it has "kind-a"/)
  assert.is(await faultOf(() => realCluster({ context: 'kind-a', kubeconfig: file })), 'none')
})

test('without a node that is ready nothing is judged; one is enough', async () => {
  const health = async (...ready: string[]) => {
    const stage = new Stage()
    for (const [index, status] of ready.entries())
      stage.put('/api/v1/nodes', `node-${index}`, {
        status: { conditions: [{ type: 'Ready', status, message: 'kubelet stopped posting node status' }] },
      })
    const { objects, waiting } = stage.live()
    return await faultOf(() =>
      establishHealth({ title: NAMESPACE, objects, abilities: {}, remedies: [], tidy: false }, waiting),
    )
  }
  assert.match(await health(), 'no-ready-node: no node of the cluster is ready: it has no nodes')
  assert.match(await health('Unknown'), 'node-0: kubelet stopped posting node status')
  assert.is(await health('False', 'True'), 'none')
})

test('with a part stopped nothing is judged; a cluster that cannot tell is no fault', async () => {
  const health = async (stoppedParts: () => Promise<readonly string[]>) => {
    const stage = new Stage()
    stage.put('/api/v1/nodes', 'node-1', { status: { conditions: [{ type: 'Ready', status: 'True' }] } })
    const { objects, waiting } = stage.live()
    return await faultOf(() =>
      establishHealth({ title: NAMESPACE, objects, abilities: { stoppedParts }, remedies: [], tidy: false }, waiting),
    )
  }
  assert.match(
    await health(async () => ['scheduler', 'kubelet/node-2']),
    /^part-stopped: .*: scheduler, kubelet\/node-2\./,
  )
  assert.is(await health(async () => []), 'none')
  assert.is(await health(() => Promise.reject(new Error('closed'))), 'none')
})

test.run()
