import * as assert from 'uvu/assert'
import { NodeUnderTest } from '../../../test/harness/node-under-test.ts'
import { suite } from '../../../test/harness/suite.ts'
import { until } from '../../../test/harness/until.ts'

const test = suite('the life of a pod')
let node: NodeUnderTest

test.before.each(async () => {
  node = await NodeUnderTest.start()
})
test.after.each(() => node.close())

test('a pod gets an address, its container runs, and the status says so', async () => {
  await node.create('web')
  await node.reaches('web', 'running')
  const { phase, podIP, podIPs, hostIP, qosClass, conditions = [], containerStatuses = [] } = await node.status('web')
  assert.is(phase, 'Running')
  assert.is(podIP, '10.244.1.2')
  assert.equal(podIPs, [{ ip: '10.244.1.2' }])
  assert.is(hostIP, '10.0.0.1')
  assert.is(qosClass, 'BestEffort')
  assert.equal(
    conditions.map(({ type, status }) => `${type} ${status}`),
    ['PodReadyToStartContainers True', 'Initialized True', 'Ready True', 'ContainersReady True', 'PodScheduled True'],
  )
  const [status] = containerStatuses
  assert.is(status?.ready, true)
  assert.is(status?.started, true)
  assert.is(status?.restartCount, 0)
  assert.is(status?.image, 'docker.io/library/app:1.0')
  assert.is(status?.containerID, `practice://${node.runtime.container('server').id}`)
  assert.equal(await node.events('web'), [
    'Pulled: Container image "app:1.0" already present on machine',
    'Created: Created container: server',
    'Started: Started container server',
  ])
})

test('the first crash restarts at once, the next ones after 10 s, 20 s, …, in the same sandbox', async () => {
  await node.create('web')
  await node.reaches('web', 'running')
  node.runtime.container('server').exit(3)
  await until('started again', () => node.runtime.started.length === 2)
  for (const [starts, wait, words] of [
    [3, 10_000, '10s'],
    [4, 20_000, '20s'],
    [5, 40_000, '40s'],
  ] as const) {
    node.runtime.container('server').exit(3)
    await node.reaches('web', 'CrashLoopBackOff')
    const { containerStatuses = [], phase } = await node.status('web')
    const uid = (await node.pod('web')).metadata.uid
    assert.is(phase, 'Running')
    assert.is(
      containerStatuses[0]?.state?.waiting?.message,
      `back-off ${words} restarting failed container=server pod=web_default(${uid})`,
    )
    assert.is(containerStatuses[0]?.lastState?.terminated?.exitCode, 3)
    await node.clock.advance(wait - 100)
    assert.is(node.runtime.started.length, starts - 1)
    await node.clock.advance(200)
    await until('started again', () => node.runtime.started.length === starts)
    await node.reaches('web', 'running')
    assert.is((await node.status('web')).containerStatuses?.[0]?.restartCount, starts - 1)
  }
  assert.is(node.runtime.sandboxes.length, 1)
  assert.is((await node.status('web')).podIP, '10.244.1.2')
})

test('after ten minutes of running the back-off begins anew', async () => {
  await node.create('web')
  await node.reaches('web', 'running')
  node.runtime.container('server').exit(1)
  await until('started again', () => node.runtime.started.length === 2)
  await node.clock.advance(601_000)
  node.runtime.container('server').exit(1)
  await until('started at once', () => node.runtime.started.length === 3)
})

test('restartPolicy Never: an end is the end', async () => {
  await node.create('job', { restartPolicy: 'Never' })
  await node.reaches('job', 'running')
  const container = node.runtime.container('server')
  container.message = 'all done'
  container.exit(0)
  await until('succeeded', async () => (await node.status('job')).phase === 'Succeeded')
  const { conditions = [], containerStatuses = [] } = await node.status('job')
  assert.is(containerStatuses[0]?.state?.terminated?.message, 'all done')
  assert.is(containerStatuses[0]?.state?.terminated?.reason, 'Completed')
  assert.equal(
    conditions.map(({ type, status, reason }) => [type, status, reason ?? '']),
    [
      ['PodReadyToStartContainers', 'False', ''],
      ['Initialized', 'True', 'PodCompleted'],
      ['Ready', 'False', 'PodCompleted'],
      ['ContainersReady', 'False', 'PodCompleted'],
      ['PodScheduled', 'True', ''],
    ],
  )
  await node.clock.advance(600_000)
  assert.is(node.runtime.started.length, 1)
})

test('restartPolicy OnFailure: what failed starts again, what succeeded does not', async () => {
  const containers = ['a', 'b'].map((name) => ({ name, image: 'app:1.0' }))
  await node.create('job', { restartPolicy: 'OnFailure', containers })
  await node.reaches('job', 'running', 'b')
  node.runtime.container('a').exit(0)
  node.runtime.container('b').exit(1)
  await until('b again', () => node.runtime.started.filter(({ config }) => config.name === 'b').length === 2)
  assert.is(node.runtime.started.filter(({ config }) => config.name === 'a').length, 1)
  node.runtime.container('b').exit(0)
  await until('succeeded', async () => (await node.status('job')).phase === 'Succeeded')
})

test('memory past the limit is OOMKilled', async () => {
  await node.create('web', { restartPolicy: 'Never' })
  await node.reaches('web', 'running')
  node.runtime.container('server').exit(137, { oomKilled: true })
  await node.reaches('web', 'OOMKilled')
  await until('failed', async () => (await node.status('web')).phase === 'Failed')
})

test('a memory limit is handed to the runtime; 0 is none', async () => {
  const limited = (name: string, memory: string) => ({ name, image: 'app:1.0', resources: { limits: { memory } } })
  await node.create('web', { containers: [limited('a', '64Mi'), limited('b', '0')] })
  await node.reaches('web', 'running', 'a')
  await node.reaches('web', 'running', 'b')
  const limits = node.runtime.started.map(({ config }) => [config.name, config.memoryLimitBytes])
  assert.equal(limits.sort(), [
    ['a', 64 * 1024 * 1024],
    ['b', undefined],
  ])
})

test('FallbackToLogsOnError takes the end of the log, and only after an error', async () => {
  const containers = [{ name: 'server', image: 'app:1.0', terminationMessagePolicy: 'FallbackToLogsOnError' }]
  await node.create('web', { restartPolicy: 'Never', containers })
  await node.reaches('web', 'running')
  await node.runtime.container('server').write('no database')
  node.runtime.container('server').exit(1)
  await node.reaches('web', 'Error')
  assert.is((await node.status('web')).containerStatuses?.[0]?.state?.terminated?.message, 'no database\n')
})

test('a program that the image does not have', async () => {
  await node.create('web', { containers: [{ name: 'server', image: 'app:1.0', command: ['nosuchprogram'] }] })
  await node.reaches('web', 'RunContainerError')
  const [status] = (await node.status('web')).containerStatuses ?? []
  assert.is(status?.lastState?.terminated?.reason, 'StartError')
  assert.is(status?.lastState?.terminated?.exitCode, 128)
  assert.is(status?.lastState?.terminated?.startedAt, '1970-01-01T00:00:00Z')
  await node.clock.advance(10_100)
  await until('tried again', async () => (await node.status('web')).containerStatuses?.[0]?.restartCount === 1)
})

test('a deleted pod gets SIGTERM, ends, and its object goes', async () => {
  await node.create('web')
  await node.reaches('web', 'running')
  const container = node.runtime.container('server')
  await node.api.delete('v1 Pod', { namespace: 'default', name: 'web' })
  await node.isGone('web')
  assert.equal(container.signals, ['SIGTERM'])
  assert.is(node.runtime.removed.length, 1)
  assert.ok((await node.events('web')).includes('Killing: Stopping container server'))
})

test('who does not hear SIGTERM is killed after the grace period, not before', async () => {
  await node.create('web', { terminationGracePeriodSeconds: 5 })
  await node.reaches('web', 'running')
  const container = node.runtime.container('server')
  container.obeys = ['SIGKILL']
  await node.api.delete('v1 Pod', { namespace: 'default', name: 'web' })
  await until('asked', () => container.signals.length === 1)
  await node.clock.advance(4_900)
  assert.equal(container.signals, ['SIGTERM'])
  await node.clock.advance(200)
  assert.equal(container.signals, ['SIGTERM', 'SIGKILL'])
  await node.isGone('web')
})

test('a second, shorter delete shortens the grace period', async () => {
  await node.create('web', { terminationGracePeriodSeconds: 300 })
  await node.reaches('web', 'running')
  const container = node.runtime.container('server')
  container.obeys = ['SIGKILL']
  await node.api.delete('v1 Pod', { namespace: 'default', name: 'web' })
  await until('asked', () => container.signals.length === 1)
  await node.api.delete('v1 Pod', { namespace: 'default', name: 'web' }, { gracePeriodSeconds: 3 })
  await node.clock.advance(3_100)
  assert.equal(container.signals, ['SIGTERM', 'SIGKILL'])
})

test('a pod deleted by force is stopped although its object is gone', async () => {
  await node.create('web')
  await node.reaches('web', 'running')
  const container = node.runtime.container('server')
  container.obeys = ['SIGKILL']
  await node.api.delete('v1 Pod', { namespace: 'default', name: 'web' }, { gracePeriodSeconds: 0 })
  await until('asked', () => container.signals.length === 1)
  await node.clock.advance(2_100)
  assert.equal(container.signals, ['SIGTERM', 'SIGKILL'])
  await until('no trace', async () => (await node.kubelet.usage()).length === 0)
})

test('preStop counts in the grace period, and its failure is told', async () => {
  const lifecycle = { preStop: { exec: { command: ['drain'] } } }
  const containers = [{ name: 'server', image: 'app:1.0', lifecycle }]
  await node.create('web', { terminationGracePeriodSeconds: 10, containers })
  await node.reaches('web', 'running')
  const container = node.runtime.container('server')
  container.obeys = ['SIGKILL']
  container.onExec = () => new Promise((resolve) => node.clock.setTimeout(() => resolve({ exitCode: 1 }), 6_000))
  await node.api.delete('v1 Pod', { namespace: 'default', name: 'web' })
  await until('drains', () => container.executed.length === 1)
  await node.clock.advance(5_900)
  assert.equal(container.signals, [])
  await node.clock.advance(200)
  assert.equal(container.signals, ['SIGTERM'])
  await node.clock.advance(4_000)
  assert.equal(container.signals, ['SIGTERM', 'SIGKILL'])
  await node.isGone('web')
  assert.ok((await node.events('web')).includes('FailedPreStopHook: PreStopHook failed'))
})

test('a postStart hook that fails ends the container', async () => {
  const lifecycle = { postStart: { exec: { command: ['warm-up'] } } }
  node.runtime.onStart = (container) => {
    container.onExec = () => ({ exitCode: 4, stderr: 'cold' })
  }
  await node.create('web', { containers: [{ name: 'server', image: 'app:1.0', lifecycle }] })
  await node.reaches('web', 'CrashLoopBackOff')
  const events = await node.events('web')
  assert.ok(events.includes('FailedPostStartHook: PostStartHook failed ×2'))
  assert.ok(events.includes('Killing: FailedPostStartHook ×2'))
})

test('activeDeadlineSeconds: the pod fails with DeadlineExceeded', async () => {
  await node.create('job', { activeDeadlineSeconds: 5 })
  await node.reaches('job', 'running')
  await node.clock.advance(4_900)
  assert.is((await node.status('job')).phase, 'Running')
  await node.clock.advance(200)
  await until('failed', async () => (await node.status('job')).phase === 'Failed')
  const { reason, message } = await node.status('job')
  assert.is(reason, 'DeadlineExceeded')
  assert.is(message, 'Pod was active on the node longer than the specified deadline')
})

test('init containers run one after another before the others', async () => {
  const initContainers = ['one', 'two'].map((name) => ({ name, image: 'app:1.0' }))
  await node.create('web', { initContainers })
  await node.reaches('web', 'running', 'one')
  assert.is(await node.state('web'), 'PodInitializing')
  assert.is((await node.status('web')).phase, 'Pending')
  assert.is(
    (await node.status('web')).conditions?.find(({ type }) => type === 'Initialized')?.message,
    'containers with incomplete status: [one two]',
  )
  node.runtime.container('one').exit(0)
  await node.reaches('web', 'running', 'two')
  assert.is(await node.state('web'), 'PodInitializing')
  node.runtime.container('two').exit(1)
  await until('two again', () => node.runtime.started.length === 3)
  node.runtime.container('two').exit(0)
  await node.reaches('web', 'running')
  assert.is((await node.status('web')).phase, 'Running')
  assert.is((await node.status('web')).conditions?.find(({ type }) => type === 'Initialized')?.status, 'True')
})

test('a failed init container fails a pod that is never restarted', async () => {
  await node.create('web', { restartPolicy: 'Never', initContainers: [{ name: 'one', image: 'app:1.0' }] })
  await node.reaches('web', 'running', 'one')
  node.runtime.container('one').exit(1)
  await until('failed', async () => (await node.status('web')).phase === 'Failed')
  assert.is(await node.state('web'), 'PodInitializing')
})

test('a sidecar starts first, is restarted, and ends last', async () => {
  const initContainers = [{ name: 'proxy', image: 'app:1.0', restartPolicy: 'Always' }]
  await node.create('job', { restartPolicy: 'Never', initContainers })
  await node.reaches('job', 'running')
  assert.equal(
    node.runtime.started.map(({ config }) => config.name),
    ['proxy', 'server'],
  )
  node.runtime.container('proxy').exit(1)
  await until('proxy again', () => node.runtime.started.length === 3)
  node.runtime.container('server').exit(0)
  await until('succeeded', async () => (await node.status('job')).phase === 'Succeeded')
  assert.equal(node.runtime.container('proxy').signals, ['SIGTERM'])
})

test('an image that is not there: ErrImagePull, then back-off that doubles, and it runs once it is there', async () => {
  await node.create('web', { containers: [{ name: 'server', image: 'nothere:1' }] })
  await node.reaches('web', 'ErrImagePull')
  assert.is((await node.status('web')).phase, 'Pending')
  await node.clock.advance(5_000)
  await node.reaches('web', 'ImagePullBackOff')
  assert.is(
    (await node.status('web')).containerStatuses?.[0]?.state?.waiting?.message,
    'Back-off pulling image "nothere:1": ErrImagePull: no such image',
  )
  assert.is(node.runtime.pulls, 1)
  await node.clock.advance(5_100)
  await until('pulled again', () => node.runtime.pulls === 2)
  node.runtime.present.add('nothere:1')
  await node.clock.advance(20_100)
  await node.reaches('web', 'running')
  const events = await node.events('web')
  for (const text of [
    'Pulling: Pulling image "nothere:1" ×2',
    'Failed: Failed to pull image "nothere:1": no such image ×2',
    'Failed: Error: ErrImagePull ×2',
    'BackOff: Back-off pulling image "nothere:1"',
    'Failed: Error: ImagePullBackOff',
  ]) {
    assert.ok(
      events.some((event) => event.startsWith(text.replace(/ ×2$/, ''))),
      `${text} in ${events.join('\n')}`,
    )
  }
})

test('an image that may not be pulled, and a name that is none', async () => {
  await node.create('never', { containers: [{ name: 'server', image: 'nothere:1', imagePullPolicy: 'Never' }] })
  await node.reaches('never', 'ErrImageNeverPull')
  await node.create('bad', { containers: [{ name: 'server', image: 'Not/Here:1:2' }] })
  await node.reaches('bad', 'InvalidImageName')
  assert.is(
    (await node.status('bad')).containerStatuses?.[0]?.state?.waiting?.message,
    `Failed to apply default image tag "Not/Here:1:2": couldn't parse image name "Not/Here:1:2": invalid reference format: repository name (Here) must be lowercase`,
  )
  assert.is(node.runtime.pulls, 0)
})

test('a pod that never ran and is deleted goes without delay', async () => {
  await node.create('web', { containers: [{ name: 'server', image: 'nothere:1' }] })
  await node.reaches('web', 'ErrImagePull')
  await node.api.delete('v1 Pod', { namespace: 'default', name: 'web' })
  await node.isGone('web')
})

test('a pod that replaces another gets another address', async () => {
  await node.create('one')
  await node.reaches('one', 'running')
  await node.api.delete('v1 Pod', { namespace: 'default', name: 'one' })
  await node.isGone('one')
  await node.create('one')
  await node.reaches('one', 'running')
  assert.is((await node.status('one')).podIP, '10.244.1.3')
})

test('a readiness gate holds Ready back until its condition is True', async () => {
  await node.create('web', { readinessGates: [{ conditionType: 'example.com/open' }] })
  await node.reaches('web', 'running')
  const ready = async () => (await node.status('web')).conditions?.find(({ type }) => type === 'Ready')
  assert.is((await ready())?.reason, 'ReadinessGatesNotReady')
  assert.is(
    (await ready())?.message,
    'corresponding condition of pod readiness gate "example.com/open" does not exist.',
  )
  const pod = await node.pod('web')
  const open = { type: 'example.com/open', status: 'True' }
  const conditions = [...(pod.status.conditions ?? []), open]
  await node.api.update('v1 Pod', { ...pod, status: { ...pod.status, conditions } }, { subresource: 'status' })
  await until('ready', async () => (await ready())?.status === 'True')
  assert.ok((await node.status('web')).conditions?.some(({ type }) => type === 'example.com/open'))
})

test.run()
