import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { until } from '../../test/harness/until.ts'
import { RealClock } from '../apimachinery/clock.ts'
import type { AnyObject, Draft, Pod } from '../apimachinery/objects.ts'
import { kinds } from '../apiserver/kinds/index.ts'
import { loopback } from '../apiserver/loopback.ts'
import { Resources } from '../apiserver/resource.ts'
import type { ApiClient } from '../client/api-client.ts'
import { Store } from '../etcd/store.ts'
import { Kubelet } from './kubelet.ts'
import { createRuntime, type LocalRuntime } from './runtime/create-runtime.ts'
import { PodSockets } from './runtime/pod-sockets.ts'

const test = suite('kubelet with real processes', { deadline: 60_000 })
const clock = new RealClock()
const defects: unknown[] = []
let folder: string
let store: Store<AnyObject>
let api: ApiClient
let runtime: LocalRuntime
let kubelet: Kubelet

test.before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kubelet-'))
  store = new Store<AnyObject>(path.join(folder, 'etcd'))
  api = loopback({ store, resources: new Resources(kinds), clock }, 'test')
  for (const name of ['default', 'kube-node-lease']) await api.create('v1 Namespace', { metadata: { name } })
  await api.create('v1 ServiceAccount', { metadata: { name: 'default', namespace: 'default' } })
  runtime = await createRuntime({ stateFolder: folder })
  kubelet = new Kubelet({
    api,
    clock,
    realTime: clock,
    runtime,
    network: { lookup: async () => [], route: async () => ({ to: 'nobody' }) },
    sockets: new PodSockets(folder),
    nodeName: 'node-1',
    podCidr: '10.244.1.0/24',
    nodeIp: '10.0.0.1',
    stateFolder: path.join(folder, 'node-1'),
    capacity: { cpu: '2', memory: '4Gi', pods: '20', 'ephemeral-storage': '10Gi' },
    report: (error) => defects.push(error),
  })
  await kubelet.start()
})
test.after(async () => {
  await kubelet.lose()
  await runtime.close()
  store.close()
  await rm(folder, { recursive: true, force: true })
  assert.equal(defects, [])
})

async function create(name: string, spec: Draft<Pod['spec']>): Promise<void> {
  const whole = { nodeName: 'node-1', automountServiceAccountToken: false, ...spec }
  await api.create('v1 Pod', { metadata: { name, namespace: 'default' }, spec: whole } as Draft<Pod>)
}
const pod = (name: string) => api.get('v1 Pod', { namespace: 'default', name })
const status = async (name: string) => (await pod(name)).status

test('the starter app becomes ready by its HTTP probe, is logged, and ends when it is deleted', async () => {
  const readinessProbe = { httpGet: { path: '/ready', port: 3000 }, periodSeconds: 1, timeoutSeconds: 5 }
  await create('web', { containers: [{ name: 'server', image: 'starter-app:1.0', readinessProbe }] })
  await until('ready', async () => (await status('web')).containerStatuses?.[0]?.ready, { within: 40_000, every: 50 })
  let text = ''
  const log = await kubelet.logs(await pod('web'), 'server', { follow: false, previous: false, timestamps: false })
  for await (const chunk of log) text += chunk
  assert.match(text, /3000/)
  await api.delete('v1 Pod', { namespace: 'default', name: 'web' })
  const gone = async () => (await api.list('v1 Pod', { namespace: 'default' })).items.length === 0
  await until('gone', gone, { within: 20_000, every: 50 })
})

test('a line of the shell runs to its end, with the files of a volume and a last word', async () => {
  await api.create('v1 ConfigMap', {
    metadata: { name: 'settings', namespace: 'default' },
    data: { greeting: 'Hello' },
  })
  const command = ['sh', '-c', 'cat /etc/app/greeting; echo bye > /dev/termination-log; exit 3']
  const volumeMounts = [{ name: 'v', mountPath: '/etc/app' }]
  await create('job', {
    restartPolicy: 'Never',
    volumes: [{ name: 'v', configMap: { name: 'settings' } }],
    containers: [{ name: 'c', image: 'busybox:1.36', command, volumeMounts }],
  })
  await until('failed', async () => (await status('job')).phase === 'Failed', { within: 40_000, every: 50 })
  const [container] = (await status('job')).containerStatuses ?? []
  assert.is(container?.state?.terminated?.exitCode, 3)
  assert.is(container?.state?.terminated?.message, 'bye\n')
})

test.run()
