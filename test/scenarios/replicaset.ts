import * as assert from 'uvu/assert'
import type { Draft, ReplicaSet } from '../../cluster/apimachinery/objects.ts'
import type { World } from '../harness/cluster-fixture.ts'
import { activePods, eventsOf, podSpec, type Scenario, scenario } from './scenario.ts'

function setOf({ namespace }: World, replicas: number, spec: object = {}): Draft<ReplicaSet> {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'crew', namespace },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'crew' } },
      template: { metadata: { labels: { app: 'crew', tier: 'deck' } }, spec: podSpec() },
      ...spec,
    },
  } as Draft<ReplicaSet>
}

const crew = ({ api, namespace }: World) => api.get('apps/v1 ReplicaSet', { namespace, name: 'crew' })

const available = (world: World, count: number) =>
  world.eventually(`${count} pods are available`, async () => {
    const set = await crew(world)
    const settled = set.status.observedGeneration === set.metadata.generation && set.status.replicas === count
    return settled && (set.status.availableReplicas ?? 0) === count && set
  })

const scale = ({ api, namespace }: World, replicas: number) =>
  api.patch('apps/v1 ReplicaSet', { namespace, name: 'crew' }, { type: 'merge', body: { spec: { replicas } } })

export const replicaSetScenarios: readonly Scenario[] = [
  scenario('a ReplicaSet adopts a matching orphan and counts it', async (world) => {
    const { api, namespace } = world
    const labels = { app: 'crew' }
    const metadata = { name: 'orphan', namespace, labels }
    await api.create('v1 Pod', { apiVersion: 'v1', kind: 'Pod', metadata, spec: podSpec() })
    await api.create('apps/v1 ReplicaSet', setOf(world, 2))
    const set = await available(world, 2)
    const pods = await activePods(world)
    assert.is(pods.length, 2)
    for (const pod of pods) {
      const [owner] = pod.metadata.ownerReferences ?? []
      assert.is(owner?.uid, set.metadata.uid)
      assert.is(owner?.controller, true)
      assert.is(owner?.blockOwnerDeletion, true)
    }
    assert.is(set.status.fullyLabeledReplicas, 1)
    assert.is(set.status.readyReplicas, 2)
  }),

  scenario('a pod that loses its labels is released, lives on, and is replaced', async (world) => {
    const { api } = world
    await api.create('apps/v1 ReplicaSet', setOf(world, 2))
    await available(world, 2)
    const [leaver] = await activePods(world)
    assert.ok(leaver)
    await api.patch('v1 Pod', leaver.metadata, { type: 'merge', body: { metadata: { labels: { app: 'free' } } } })
    await world.eventually('there are three', async () => (await activePods(world)).length === 3)
    const free = await world.eventually('it is released', async () => {
      const pod = await api.get('v1 Pod', leaver.metadata)
      return !pod.metadata.ownerReferences?.length && pod
    })
    assert.is(free.metadata.uid, leaver.metadata.uid)
  }),

  scenario('pods of others, owned or unlike, are left alone', async (world) => {
    const { api, namespace } = world
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', controller: true }
    const map = await api.create('v1 ConfigMap', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'owner', namespace },
    })
    const owned = {
      name: 'owned',
      namespace,
      labels: { app: 'crew' },
      ownerReferences: [{ ...owner, uid: map.metadata.uid }],
    }
    const unlike = { name: 'unlike', namespace, labels: { app: 'other' } }
    for (const metadata of [owned, unlike])
      await api.create('v1 Pod', { apiVersion: 'v1', kind: 'Pod', metadata, spec: podSpec() })
    await api.create('apps/v1 ReplicaSet', setOf(world, 1))
    await available(world, 1)
    await world.pass(2_000)
    assert.is((await activePods(world)).length, 3)
    assert.is((await api.get('v1 Pod', owned)).metadata.ownerReferences?.[0]?.uid, map.metadata.uid)
  }),

  scenario('scaling down takes the pods that cost least', async (world) => {
    const { api } = world
    await api.create('apps/v1 ReplicaSet', setOf(world, 4))
    await available(world, 4)
    const pods = await activePods(world)
    const cheap = pods.slice(1, 3)
    for (const { metadata } of cheap) {
      const annotations = { 'controller.kubernetes.io/pod-deletion-cost': '-10' }
      await api.patch('v1 Pod', metadata, { type: 'merge', body: { metadata: { annotations } } })
    }
    await world.pass(1_000)
    await scale(world, 2)
    await available(world, 2)
    const left = (await activePods(world)).map(({ metadata }) => metadata.name).sort()
    assert.equal(left, [pods[0], pods[3]].map((pod) => pod?.metadata.name).sort())
    await world.eventually('it is told', async () => (await eventsOf(world, 'ReplicaSet', 'crew')).length === 6)
    const told = (await eventsOf(world, 'ReplicaSet', 'crew')).filter((event) => event.includes('Delete'))
    assert.equal(
      told.sort(),
      cheap.map(({ metadata }) => `Normal SuccessfulDelete Deleted pod: ${metadata.name}`).sort(),
    )
  }),

  scenario('a finished pod is replaced, but not deleted', async (world) => {
    const { api } = world
    await api.create('apps/v1 ReplicaSet', setOf(world, 1))
    await available(world, 1)
    const [pod] = await activePods(world)
    assert.ok(pod)
    const body = { status: { phase: 'Failed' } }
    await api.patch('v1 Pod', pod.metadata, { type: 'merge', body }, { subresource: 'status' })
    await world.eventually('another is there', async () => {
      const [other] = await activePods(world)
      return other && other.metadata.uid !== pod.metadata.uid
    })
    assert.is((await api.get('v1 Pod', pod.metadata)).status.phase, 'Failed')
  }),

  scenario('pods that are refused are told in a condition, and come when they are no longer refused', async (world) => {
    const { api, namespace } = world
    // A pod must name its service account, and that one does not exist.
    const template = { metadata: { labels: { app: 'crew' } }, spec: podSpec('app:1', { serviceAccountName: 'nobody' }) }
    await api.create('apps/v1 ReplicaSet', setOf(world, 2, { template }))
    const failed = await world.eventually('the failure is told', async () => {
      const set = await crew(world)
      return set.status.conditions?.some(({ type }) => type === 'ReplicaFailure') && set
    })
    const [condition] = failed.status.conditions ?? []
    assert.is(condition?.reason, 'FailedCreate')
    assert.match(condition?.message ?? '', /^pods "crew-" is forbidden: error looking up service account /)
    const told = await world.eventually(
      'an event tells it',
      async () => (await eventsOf(world, 'ReplicaSet', 'crew'))[0],
    )
    assert.is(told, `Warning FailedCreate Error creating: ${condition?.message}`)
    const metadata = { name: 'nobody', namespace }
    await api.create('v1 ServiceAccount', { apiVersion: 'v1', kind: 'ServiceAccount', metadata })
    const cured = await available(world, 2)
    assert.equal(cured.status.conditions ?? [], [])
  }),
]
