import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import type { ConfigMap, Container, Pod, Secret, Service } from '../../apimachinery/objects.ts'
import { environment, expanded, MissingReference, type Sources } from './environment.ts'
import { expand } from './expansion.ts'

const test = suite('environment of a container')

const place = { podIP: '10.244.1.7', hostIP: '10.0.0.1', allocatable: { cpu: '2', memory: '4Gi' } }
const pod = {
  metadata: { name: 'web', namespace: 'shop', uid: 'u-1', labels: { app: 'web' }, annotations: { note: 'a "b"' } },
  spec: { nodeName: 'node-1', serviceAccountName: 'default', enableServiceLinks: true, containers: [] },
  status: {},
} as unknown as Pod

const sources: Sources = {
  async configMap(namespace, name) {
    if (name !== 'settings') throw new MissingReference(`configmap "${name}" not found`)
    return { metadata: { namespace, name }, data: { greeting: 'Hello', 'log.level': 'debug' } } as unknown as ConfigMap
  },
  async secret(namespace, name) {
    if (name !== 'keys') throw new MissingReference(`secret "${name}" not found`)
    return {
      metadata: { namespace, name },
      data: { token: Buffer.from('s3cret').toString('base64') },
    } as unknown as Secret
  },
}

const service = (namespace: string, name: string, clusterIP: string, ports: unknown[]): Service =>
  ({ metadata: { namespace, name }, spec: { clusterIP, ports } }) as unknown as Service

const services = [
  service('default', 'kubernetes', '10.96.0.1', [{ name: 'https', port: 443, protocol: 'TCP' }]),
  service('shop', 'my-store', '10.96.0.9', [{ port: 80, protocol: 'TCP' }]),
  service('shop', 'headless', 'None', [{ port: 80 }]),
  service('other', 'far', '10.96.0.8', [{ port: 80 }]),
]

const of = (container: Partial<Container>, own: Pod = pod) =>
  environment(own, { name: 'c', image: 'app:1.0', ...container } as Container, sources, services, place)

test('$(NAME) is expanded, $$ is a dollar, what is unknown stays', () => {
  const lookup = (name: string) => (name === 'A' ? 'one' : undefined)
  assert.is(expand('$(A)-$(B)-$$(A)-$A-$$', lookup), 'one-$(B)-$(A)-$A-$')
})

test('a variable may use those before it, not those after', async () => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'B', value: '$(A)$(C)' },
    { name: 'C', value: '3' },
  ]
  const variables = await of({ env })
  assert.is(variables.B, '1$(C)')
})

test('envFrom with a prefix, and env wins over it', async () => {
  const envFrom = [{ configMapRef: { name: 'settings' } }, { prefix: 'P_', secretRef: { name: 'keys' } }]
  const variables = await of({ envFrom, env: [{ name: 'greeting', value: 'Hi' }] })
  assert.is(variables.greeting, 'Hi')
  assert.is(variables.P_token, 's3cret')
  assert.is(variables['log.level'], 'debug')
})

test('an object that is missing is an error, unless it is optional', async () => {
  const wrong = async (container: Partial<Container>): Promise<string> => {
    try {
      await of(container)
    } catch (error) {
      return (error as Error).message
    }
    return 'no error'
  }
  assert.is(await wrong({ envFrom: [{ configMapRef: { name: 'x' } }] }), 'configmap "x" not found')
  assert.is(await wrong({ envFrom: [{ configMapRef: { name: 'x', optional: true } }] }), 'no error')
  const key = (reference: object) => ({ env: [{ name: 'A', valueFrom: reference }] }) as Partial<Container>
  assert.is(await wrong(key({ secretKeyRef: { name: 'x', key: 'k' } })), 'secret "x" not found')
  assert.is(
    await wrong(key({ configMapKeyRef: { name: 'settings', key: 'k' } })),
    "couldn't find key k in ConfigMap shop/settings",
  )
  assert.is(await wrong(key({ secretKeyRef: { name: 'keys', key: 'k' } })), "couldn't find key k in Secret shop/keys")
  assert.is(await wrong(key({ secretKeyRef: { name: 'keys', key: 'k', optional: true } })), 'no error')
})

test('an optional key that is missing makes no variable at all', async () => {
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'k', optional: true } } }]
  assert.not.ok('A' in (await of({ env })))
})

test('fields of the pod', async () => {
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } })
  const variables = await of({
    env: [
      field('NAME', 'metadata.name'),
      field('LABEL', "metadata.labels['app']"),
      field('IP', 'status.podIP'),
      field('NODE', 'spec.nodeName'),
      field('HOST', 'status.hostIP'),
    ],
  })
  assert.equal(
    [variables.NAME, variables.LABEL, variables.IP, variables.NODE, variables.HOST],
    ['web', 'web', '10.244.1.7', 'node-1', '10.0.0.1'],
  )
})

test('resources in units of the divisor, rounded up; without a limit what the node has', async () => {
  const resource = (name: string, text: string, divisor?: string) => ({
    name,
    valueFrom: { resourceFieldRef: { resource: text, ...(divisor && { divisor }) } },
  })
  const variables = await of({
    resources: { limits: { cpu: '1500m' }, requests: { memory: '100M' } },
    env: [
      resource('CPU', 'limits.cpu'),
      resource('MILLIS', 'limits.cpu', '1m'),
      resource('MEMORY', 'requests.memory', '1Mi'),
      resource('ALL', 'limits.memory', '1Gi'),
    ],
  })
  assert.equal([variables.CPU, variables.MILLIS, variables.MEMORY, variables.ALL], ['2', '1500', '96', '4'])
})

test('the services of the namespace, and kubernetes always', async () => {
  const variables = await of({})
  assert.is(variables.MY_STORE_SERVICE_HOST, '10.96.0.9')
  assert.is(variables.MY_STORE_PORT, 'tcp://10.96.0.9:80')
  assert.is(variables.MY_STORE_PORT_80_TCP_ADDR, '10.96.0.9')
  assert.is(variables.KUBERNETES_SERVICE_PORT_HTTPS, '443')
  assert.not.ok('FAR_SERVICE_HOST' in variables)
  assert.not.ok('HEADLESS_SERVICE_HOST' in variables)
  const without = { ...pod, spec: { ...pod.spec, enableServiceLinks: false } } as Pod
  const fewer = await of({}, without)
  assert.not.ok('MY_STORE_SERVICE_HOST' in fewer)
  assert.is(fewer.KUBERNETES_SERVICE_HOST, '10.96.0.1')
})

test('command and args are expanded; an empty one is none', () => {
  assert.equal(expanded(['echo', '$(A)'], { A: 'x' }), ['echo', 'x'])
  assert.is(expanded([], {}), undefined)
})

test.run()
