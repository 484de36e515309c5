import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import { ApiError } from '../../apimachinery/errors.ts'
import { applyDefaults } from '../defaults/defaults.ts'
import type { Host } from './kind.ts'
import { pod } from './pod.ts'
import { qosClass } from './pod-qos.ts'

const test = suite('pod admission')

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount'
const hostWith = (accounts: Readonly<Record<string, object>>): Host => ({
  now: () => 0,
  get: (_kind, _namespace, name) => accounts[name] as never,
  list: () => [],
  random: (length = 5) => 'x'.repeat(length),
  dryRun: false,
})

function admitted(spec: object = {}, accounts: Readonly<Record<string, object>> = { default: {} }) {
  const containers = [{ name: 'c', image: 'nginx:1.27' }]
  const object = applyDefaults('v1 Pod', { metadata: { name: 'p', namespace: 'n' }, spec: { containers, ...spec } })
  pod.prepareForCreate?.(object, hostWith(accounts))
  return object
}

function refusal(spec: object, accounts = {}): string {
  try {
    admitted(spec, accounts)
  } catch (error) {
    return error instanceof ApiError ? `${error.code} ${error.message}` : String(error)
  }
  return 'none'
}

test('a pod gets the token of its account', () => {
  const { spec } = admitted()
  assert.is(spec.serviceAccountName, 'default')
  assert.equal(spec.containers[0]?.volumeMounts, [{ name: 'kube-api-access-xxxxx', readOnly: true, mountPath: TOKEN }])
  assert.is(spec.volumes?.[0]?.name, 'kube-api-access-xxxxx')
})

test('a pod or an account that wants no token gets none', () => {
  assert.is(admitted({ automountServiceAccountToken: false }).spec.volumes, undefined)
  assert.is(admitted({}, { default: { automountServiceAccountToken: false } }).spec.volumes, undefined)
  const wanted = admitted({ automountServiceAccountToken: true }, { default: { automountServiceAccountToken: false } })
  assert.is(wanted.spec.volumes?.length, 1)
})

test('an account that is not there refuses the pod', () => {
  const text = '403 pods "p" is forbidden: error looking up service account n/bot: serviceaccount "bot" not found'
  assert.is(refusal({ serviceAccountName: 'bot' }), text)
})

test('a pod outlives a lost node by five minutes, unless it says otherwise', () => {
  const keys = (spec: object) =>
    admitted(spec).spec.tolerations?.map(({ key = '', tolerationSeconds }) => [key, tolerationSeconds])
  const notReady = 'node.kubernetes.io/not-ready'
  const unreachable = 'node.kubernetes.io/unreachable'
  assert.equal(keys({}), [
    [notReady, 300],
    [unreachable, 300],
  ])
  const own = [{ key: notReady, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }]
  assert.equal(keys({ tolerations: own }), [
    [notReady, 5],
    [unreachable, 300],
  ])
  assert.equal(keys({ tolerations: [{ operator: 'Exists' }] }), [['', undefined]])
})

test('a class of priority that nobody made is refused', () => {
  assert.is(admitted().spec.priority, 0)
  assert.is(admitted({ priorityClassName: 'system-node-critical' }).spec.priority, 2_000_001_000)
  const text = '403 pods "p" is forbidden: no PriorityClass with name gold was found'
  assert.is(refusal({ priorityClassName: 'gold' }, { default: {} }), text)
})

test('the class of service follows requests and limits', () => {
  const of = (resources: object) => qosClass({ containers: [{ name: 'c', resources }] })
  assert.is(of({}), 'BestEffort')
  assert.is(of({ requests: { cpu: '1' } }), 'Burstable')
  const all = { cpu: '1', memory: '1Gi' }
  assert.is(of({ requests: all, limits: all }), 'Guaranteed')
  assert.is(of({ requests: { ...all, cpu: '500m' }, limits: all }), 'Burstable')
})

test.run()
