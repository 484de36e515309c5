import * as assert from 'uvu/assert'
import type { World } from '../harness/cluster-fixture.ts'
import { activePods, rolledOut, type Scenario, scenario, sets, web, webDeployment } from './scenario.ts'

async function start(world: World): Promise<void> {
  await world.api.create('apps/v1 Deployment', webDeployment(world))
  await rolledOut(world)
}

const remove = ({ api, namespace }: World, propagationPolicy: 'Background' | 'Foreground' | 'Orphan') =>
  api.delete('apps/v1 Deployment', { namespace, name: 'web' }, { propagationPolicy })

const isGone = (world: World) =>
  web(world).then(
    () => false,
    () => true,
  )

const pods = async ({ api, namespace }: World) => (await api.list('v1 Pod', { namespace })).items

export const garbageScenarios: readonly Scenario[] = [
  scenario('a deployment deleted in the background takes its sets and pods with it', async (world) => {
    await start(world)
    await remove(world, 'Background')
    assert.ok(await isGone(world), 'gone at once')
    await world.eventually('the sets are gone', async () => (await sets(world)).length === 0)
    await world.eventually('the pods are gone', async () => (await pods(world)).length === 0)
  }),

  scenario('a deployment deleted in the foreground goes last', async (world) => {
    await start(world)
    const [pod] = await activePods(world)
    assert.ok(pod)
    const finalizers = ['example.com/hold']
    await world.api.patch('v1 Pod', pod.metadata, { type: 'merge', body: { metadata: { finalizers } } })
    await remove(world, 'Foreground')
    await world.eventually('one pod is left', async () => (await pods(world)).length === 1)
    await world.pass(2_000)
    const held = await web(world)
    assert.ok(held.metadata.deletionTimestamp)
    assert.equal(held.metadata.finalizers, ['foregroundDeletion'])
    await world.api.patch('v1 Pod', pod.metadata, { type: 'merge', body: { metadata: { finalizers: null } } })
    await world.eventually('all is gone', async () => (await isGone(world)) && (await sets(world)).length === 0)
  }),

  scenario('orphaned sets and pods stay', async (world) => {
    await start(world)
    await remove(world, 'Orphan')
    await world.eventually('it is gone', () => isGone(world))
    await world.pass(2_000)
    const [set] = await sets(world)
    assert.equal(set?.metadata.ownerReferences ?? [], [])
    assert.is((await activePods(world)).length, 3)
  }),

  scenario('what has another owner stays, and what names an owner that never was goes', async (world) => {
    const { api, namespace } = world
    const create = (name: string, ownerReferences: object[] = []) =>
      api.create('v1 ConfigMap', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace, ownerReferences: ownerReferences as never },
      })
    const refer = (name: string, uid: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', name, uid })
    const first = await create('first')
    const second = await create('second')
    const never = 'aaaaaaaa-0000-4000-8000-000000000000'
    await create('shared', [refer('first', first.metadata.uid), refer('second', second.metadata.uid)])
    await create('lost', [refer('first', never)])
    // Of a kind that nobody knows here it cannot be said that it is gone.
    await create('foreign', [{ apiVersion: 'example.com/v1', kind: 'Thing', name: 'thing', uid: never }])
    await world.eventually('the lost one is gone', async () => {
      const { items } = await api.list('v1 ConfigMap', { namespace })
      return !items.some(({ metadata }) => metadata.name === 'lost')
    })
    await api.delete('v1 ConfigMap', { namespace, name: 'first' })
    const shared = await world.eventually('the reference is dropped', async () => {
      const map = await api.get('v1 ConfigMap', { namespace, name: 'shared' })
      return map.metadata.ownerReferences?.length === 1 && map
    })
    assert.is(shared.metadata.ownerReferences?.[0]?.uid, second.metadata.uid)
    assert.ok(await api.get('v1 ConfigMap', { namespace, name: 'foreign' }))
  }),

  scenario('a deleted namespace is emptied, pods first, and then gone', async (world) => {
    await start(world)
    const { api, namespace } = world
    await api.create('v1 Service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    })
    const metadata = { name: 'held', namespace, finalizers: ['example.com/hold'] }
    await api.create('v1 ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', metadata })
    await api.delete('v1 Namespace', { name: namespace })
    const held = await world.eventually('only the held one is left', async () => {
      const object = await api.get('v1 Namespace', { name: namespace })
      const remaining = object.status.conditions?.find(({ type }) => type === 'NamespaceFinalizersRemaining')
      return remaining?.status === 'True' && (await pods(world)).length === 0 && object
    })
    assert.is(held.status.phase, 'Terminating')
    const told = (type: string) => held.status.conditions?.find((condition) => condition.type === type)
    assert.is(
      told('NamespaceContentRemaining')?.message,
      'Some resources are remaining: configmaps. has 1 resource instances',
    )
    assert.is(
      told('NamespaceFinalizersRemaining')?.message,
      'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
    )
    assert.is(told('NamespaceDeletionContentFailure')?.reason, 'ContentDeleted')
    await api.patch('v1 ConfigMap', metadata, { type: 'merge', body: { metadata: { finalizers: null } } })
    await world.eventually('the namespace is gone', async () => {
      const { items } = await api.list('v1 Namespace')
      return !items.some((object) => object.metadata.name === namespace)
    })
    assert.is((await sets(world)).length, 0)
  }),

  scenario(
    'each namespace has its ServiceAccount and the root certificate, also after they were deleted',
    async (world) => {
      const { api, namespace } = world
      const account = { namespace, name: 'default' }
      const certificate = { namespace, name: 'kube-root-ca.crt' }
      await world.eventually('the account is there', () => api.get('v1 ServiceAccount', account))
      const map = await world.eventually('the certificate is there', () => api.get('v1 ConfigMap', certificate))
      assert.ok(map.data?.['ca.crt'])
      const annotations = Object.keys(map.metadata.annotations ?? {})
      assert.equal(annotations, ['kubernetes.io/description'])
      await api.delete('v1 ServiceAccount', account)
      await api.delete('v1 ConfigMap', certificate)
      await world.eventually('the account is back', () => api.get('v1 ServiceAccount', account))
      await world.eventually('the certificate is back', () => api.get('v1 ConfigMap', certificate))
      await api.patch('v1 ConfigMap', certificate, { type: 'merge', body: { data: { 'ca.crt': 'forged', more: 'x' } } })
      await world.eventually('the certificate is right again', async () => {
        const { data = {} } = await api.get('v1 ConfigMap', certificate)
        return data['ca.crt'] === map.data?.['ca.crt'] && Object.keys(data).length === 1
      })
    },
  ),
]
