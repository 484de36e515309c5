import * as assert from 'uvu/assert'
import { NodeUnderTest } from '../../test/harness/node-under-test.ts'
import { suite } from '../../test/harness/suite.ts'
import { until } from '../../test/harness/until.ts'
import { ApiError } from '../apimachinery/errors.ts'
import type { Event } from '../apimachinery/objects.ts'

const test = suite('kubelet')
const plain = { follow: false, previous: false, timestamps: false }
let node: NodeUnderTest

test.before.each(async () => {
  node = await NodeUnderTest.start()
})
test.after.each(() => node.close())

const lease = () => node.api.get('coordination.k8s.io/v1 Lease', { namespace: 'kube-node-lease', name: 'node-1' })
const turn = () => node.clock.advance(0)

/** As a restart of the whole cluster: all processes are gone, the API is as it was. */
async function restartCluster(): Promise<void> {
  await node.kubelet.lose()
  node.kubelet = node.newKubelet()
  await node.kubelet.start()
}

test('the node registers itself: labels, addresses, capacity, conditions', async () => {
  const { metadata, spec, status } = await node.api.get('v1 Node', { name: 'node-1' })
  assert.is(metadata.labels?.['kubernetes.io/hostname'], 'node-1')
  assert.is(metadata.labels?.['kubernetes.io/os'], 'linux')
  assert.is(spec.podCIDR, '10.244.1.0/24')
  assert.equal(status.addresses, [
    { type: 'InternalIP', address: '10.0.0.1' },
    { type: 'Hostname', address: 'node-1' },
  ])
  assert.is(status.capacity?.cpu, '2')
  assert.is(status.allocatable?.pods, '20')
  assert.match(status.nodeInfo?.kubeletVersion ?? '', /^v1\.34\./)
  assert.match(status.nodeInfo?.containerRuntimeVersion ?? '', /^practice:\/\//)
  assert.equal(
    status.conditions?.map(({ type, status: is, reason, message }) => [type, is, reason, message]),
    [
      ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
      ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
      ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
      ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
    ],
  )
  await until('events', async () => {
    const { items } = await node.api.list('v1 Event', { namespace: 'default' })
    return items.some(
      ({ reason, message }: Event) => reason === 'NodeReady' && message === 'Node node-1 status is now: NodeReady',
    )
  })
})

test('the lease is renewed every ten seconds, the status told every five minutes', async () => {
  await until('a lease', () => lease().catch(() => undefined))
  const first = await lease()
  assert.is(first.spec.leaseDurationSeconds, 40)
  assert.is(first.metadata.ownerReferences?.[0]?.name, 'node-1')
  await node.clock.advance(10_100)
  assert.ok(((await lease()).spec.renewTime ?? '') > (first.spec.renewTime ?? ''))
  const { metadata } = await node.api.get('v1 Node', { name: 'node-1' })
  await node.clock.advance(60_000)
  assert.is((await node.api.get('v1 Node', { name: 'node-1' })).metadata.resourceVersion, metadata.resourceVersion)
  await node.clock.advance(300_000)
  assert.is.not((await node.api.get('v1 Node', { name: 'node-1' })).metadata.resourceVersion, metadata.resourceVersion)
})

test('pods of other nodes are none of its business', async () => {
  await node.create('far', { nodeName: 'node-2' })
  await node.create('near')
  await node.reaches('near', 'running')
  assert.is(node.runtime.sandboxes.length, 1)
})

test('a stopped kubelet leaves the containers alone, and takes up where it was', async () => {
  await node.create('web')
  await node.reaches('web', 'running')
  await node.kubelet.stop()
  const { spec } = await lease()
  const container = node.runtime.container('server')
  await node.clock.advance(60_000)
  assert.is(container.running, true)
  assert.is((await lease()).spec.renewTime, spec.renewTime)
  await node.create('late')
  await node.kubelet.start()
  await node.reaches('late', 'running')
  assert.is(await node.state('web'), 'running')
  assert.is(node.runtime.started.length, 2)
  assert.not.ok((await node.events('web')).some((event) => event.startsWith('SandboxChanged')))
})

test('what ended while the kubelet was stopped is started again', async () => {
  await node.create('web')
  await node.reaches('web', 'running')
  await node.kubelet.stop()
  node.runtime.container('server').exit(1)
  await turn()
  assert.is(node.runtime.started.length, 1)
  await node.kubelet.start()
  await until('started again', () => node.runtime.started.length === 2)
})

test('a kubelet that begins has no back-off: what ended twice while it was stopped is started at once', async () => {
  await node.create('web')
  await node.reaches('web', 'running')
  for (const starts of [2, 3]) {
    await node.kubelet.stop()
    node.runtime.container('server').exit(255)
    await turn()
    await node.kubelet.start()
    await until('started again, though no time has passed', () => node.runtime.started.length === starts)
    await node.reaches('web', 'running')
  }
})

test('a pod deleted while the kubelet was stopped is ended', async () => {
  await node.create('web')
  await node.reaches('web', 'running')
  await node.kubelet.stop()
  await node.api.delete('v1 Pod', { namespace: 'default', name: 'web' })
  await node.kubelet.start()
  await node.isGone('web')
  assert.equal(node.runtime.container('server').signals, ['SIGTERM'])
})

test('a lost machine ends everything and tells nobody', async () => {
  await node.create('web')
  await node.reaches('web', 'running')
  const { spec } = await lease()
  await node.kubelet.lose()
  assert.is(node.runtime.container('server').running, false)
  await node.clock.advance(60_000)
  assert.is(await node.state('web'), 'running')
  assert.is((await lease()).spec.renewTime, spec.renewTime)
})

test('after a restart of the cluster pods get a new sandbox and their containers start once more', async () => {
  await node.create('web')
  await node.reaches('web', 'running')
  await restartCluster()
  await until('started again', async () => turn().then(() => node.runtime.started.length === 2))
  await until('told', async () => (await node.status('web')).containerStatuses?.[0]?.restartCount === 1)
  const { containerStatuses = [], podIP, podIPs } = await node.status('web')
  assert.is(podIP, '10.244.1.3')
  assert.equal(podIPs, [{ ip: '10.244.1.3' }])
  assert.is(containerStatuses[0]?.lastState?.terminated?.exitCode, 255)
  assert.is(containerStatuses[0]?.lastState?.terminated?.reason, 'Unknown')
  assert.ok(
    (await node.events('web')).includes('SandboxChanged: Pod sandbox changed, it will be killed and re-created.'),
  )
})

test('after a restart of the cluster init containers run again first', async () => {
  await node.create('web', { initContainers: [{ name: 'prepare', image: 'app:1.0' }] })
  await node.reaches('web', 'running', 'prepare')
  node.runtime.container('prepare').exit(0)
  await node.reaches('web', 'running')
  await restartCluster()
  await until('prepares again', async () => turn().then(() => node.runtime.started.length === 3))
  assert.is(node.runtime.started.at(-1)?.config.name, 'prepare')
})

test('after a restart of the cluster a pod that is never restarted has failed, and one that was over stays so', async () => {
  await node.create('job', { restartPolicy: 'Never' })
  await node.create('done', { restartPolicy: 'Never' })
  await node.reaches('job', 'running')
  await node.reaches('done', 'running')
  node.runtime.started.find(({ config }) => config.logPath.includes('_done_'))?.exit(0)
  await until('succeeded', async () => (await node.status('done')).phase === 'Succeeded')
  await restartCluster()
  await until('failed', async () => turn().then(async () => (await node.status('job')).phase === 'Failed'))
  assert.is(await node.state('job'), 'Unknown')
  assert.is((await node.status('done')).phase, 'Succeeded')
  assert.is(node.runtime.started.length, 2)
})

test('a missing ConfigMap: FailedMount, ContainerCreating, and it runs once it is there', async () => {
  const containers = [{ name: 'server', image: 'app:1.0', volumeMounts: [{ name: 'v', mountPath: '/etc/app' }] }]
  await node.create('web', { containers, volumes: [{ name: 'v', configMap: { name: 'settings' } }] })
  await until('told', async () => turn().then(async () => (await node.events('web')).length > 0))
  assert.equal(await node.events('web'), [
    'FailedMount: MountVolume.SetUp failed for volume "v" : configmap "settings" not found',
  ])
  assert.is(await node.state('web'), 'ContainerCreating')
  assert.is((await node.status('web')).conditions?.[0]?.status, 'False')
  await node.api.create('v1 ConfigMap', { metadata: { name: 'settings', namespace: 'default' }, data: { a: '1' } })
  await node.clock.advance(4_000)
  await node.reaches('web', 'running')
  const [mount] = node.runtime.container('server').config.mounts
  assert.is(mount?.target, '/etc/app')
  assert.is(mount?.readOnly, true)
})

test('a missing key in the environment: CreateContainerConfigError until it is there', async () => {
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }]
  await node.create('web', { containers: [{ name: 'server', image: 'app:1.0', env }] })
  await node.reaches('web', 'CreateContainerConfigError')
  assert.is(
    (await node.status('web')).containerStatuses?.[0]?.state?.waiting?.message,
    'configmap "settings" not found',
  )
  await node.api.create('v1 ConfigMap', { metadata: { name: 'settings', namespace: 'default' }, data: { a: '1' } })
  await node.clock.advance(10_100)
  await node.reaches('web', 'running')
  assert.is(node.runtime.container('server').config.env.A, '1')
  assert.is(node.runtime.container('server').config.env.HOSTNAME, 'web')
})

test('logs: the current run, the previous one, and none', async () => {
  await node.create('web')
  await node.reaches('web', 'running')
  await node.runtime.container('server').write('first run')
  const read = async (previous: boolean) => {
    let text = ''
    const pod = await node.pod('web')
    for await (const chunk of await node.kubelet.logs(pod, 'server', { ...plain, previous })) text += chunk
    return text
  }
  const refused = async (previous: boolean): Promise<unknown> => read(previous).catch((error: unknown) => error)
  assert.is(await read(false), 'first run\n')
  const none = await refused(true)
  assert.instance(none, ApiError)
  assert.is((none as ApiError).message, 'previous terminated container "server" in pod "web" not found')
  assert.is((none as ApiError).code, 400)
  node.runtime.container('server').exit(1)
  await until('started again', () => node.runtime.started.length === 2)
  await node.reaches('web', 'running')
  await node.runtime.container('server').write('second run')
  assert.is(await read(false), 'second run\n')
  assert.is(await read(true), 'first run\n')
})

test('logs of a container that waits', async () => {
  await node.create('web', { containers: [{ name: 'server', image: 'nothere:1' }] })
  await node.reaches('web', 'ErrImagePull')
  const error = await node.kubelet.logs(await node.pod('web'), 'server', plain).catch((thrown: unknown) => thrown)
  assert.is((error as ApiError).message, `container "server" in pod "web" is waiting to start: image can't be pulled`)
})

test('usage of what runs', async () => {
  await node.create('web')
  await node.reaches('web', 'running')
  const [usage] = await node.kubelet.usage()
  assert.is(usage?.pod.metadata.name, 'web')
  assert.equal(usage?.containers.get('server'), { cpuNanoseconds: 1_000, memoryBytes: 2_000 })
})

test.run()
