import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import { humanDuration } from '../../apimachinery/duration.ts'
import type { Pod, Service } from '../../apimachinery/objects.ts'
import { applyDefaults } from '../defaults/defaults.ts'
import { age, formatSelector } from './cells.ts'
import { podRow } from './pod-status-cell.ts'
import { service } from './service.ts'

const test = suite('cells')

const SECOND = 1000
const HOUR = 3600 * SECOND
for (const [ms, text] of [
  [0, '0s'],
  [119 * SECOND, '119s'],
  [120 * SECOND, '2m'],
  [270 * SECOND, '4m30s'],
  [11 * 60 * SECOND, '11m'],
  [3 * HOUR, '3h'],
  [3 * HOUR + 12 * 60 * SECOND, '3h12m'],
  [47 * HOUR, '47h'],
  [53 * HOUR, '2d5h'],
  [30 * 24 * HOUR, '30d'],
  [-5 * SECOND, '<invalid>'],
] as const) {
  test(`${ms} ms are ${text}`, () => assert.is(humanDuration(ms), text))
}

test('no time is an unknown age', () => assert.is(age(undefined, 0), '<unknown>'))

test('selectors are shown as kubectl does', () => {
  const matchExpressions = [{ key: 'tier', operator: 'In', values: ['b', 'a'] }]
  assert.is(formatSelector({ matchLabels: { app: 'web' }, matchExpressions }), 'app=web,tier in (a,b)')
  assert.is(formatSelector({}), '<none>')
})

const NOW = Date.parse('2026-01-01T00:10:00Z')
const row = (status: object, more: { spec?: object; metadata?: object } = {}) => {
  const spec = { containers: [{ name: 'a' }, { name: 'b' }], ...more.spec }
  return podRow({ metadata: { name: 'p', ...more.metadata }, spec, status } as unknown as Pod, NOW)
}
const running = { ready: true, restartCount: 0, state: { running: {} } }

test('a pod that runs counts its ready containers', () => {
  const containerStatuses = [running, { ...running, ready: false }]
  assert.equal(row({ phase: 'Running', containerStatuses }), { ready: '1/2', status: 'Running', restarts: '0' })
})

test('a container that waits says why', () => {
  const lastState = { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:05:00Z' } }
  const waiting = { ready: false, restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState }
  const shown = row({ phase: 'Running', containerStatuses: [running, waiting] })
  assert.equal(shown, { ready: '1/2', status: 'CrashLoopBackOff', restarts: '3 (5m ago)' })
})

test('a container that ended says how', () => {
  const ended = (terminated: object) => ({ ready: false, restartCount: 0, state: { terminated } })
  const status = (terminated: object) => row({ phase: 'Failed', containerStatuses: [ended(terminated)] }).status
  assert.is(status({ exitCode: 1, reason: 'Error' }), 'Error')
  assert.is(status({ exitCode: 3 }), 'ExitCode:3')
  assert.is(status({ exitCode: 137, signal: 9 }), 'Signal:9')
})

test('init containers are counted until they are over', () => {
  const init = { name: 'i', ready: false, restartCount: 0, state: { running: {} } }
  const spec = { initContainers: [{ name: 'i' }] }
  assert.is(row({ phase: 'Pending', initContainerStatuses: [init] }, { spec }).status, 'Init:0/1')
  const failed = { ...init, state: { waiting: { reason: 'CrashLoopBackOff' } } }
  assert.is(row({ phase: 'Pending', initContainerStatuses: [failed] }, { spec }).status, 'Init:CrashLoopBackOff')
})

test('a deleted pod is Terminating, a finished one stays what it is', () => {
  const metadata = { deletionTimestamp: '2026-01-01T00:00:00Z' }
  assert.is(row({ phase: 'Running' }, { metadata }).status, 'Terminating')
  assert.is(row({ phase: 'Succeeded' }, { metadata }).status, 'Succeeded')
})

test('a service shows its ports and where it can be reached', () => {
  const shown = (spec: object, status = {}) => {
    const object = applyDefaults('v1 Service', { metadata: { name: 's' }, spec, status }) as unknown as Service
    return service.cells(object, NOW).slice(3, 5)
  }
  assert.equal(shown({ ports: [{ port: 80 }] }), ['<none>', '80/TCP'])
  const balanced = { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30080 }] }
  assert.equal(shown(balanced), ['<pending>', '80:30080/TCP'])
  assert.equal(shown(balanced, { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } }), ['127.0.0.1', '80:30080/TCP'])
})

test.run()
