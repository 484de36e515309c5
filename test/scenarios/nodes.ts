import * as assert from 'uvu/assert'
import type { Node, Pod } from '../../cluster/apimachinery/objects.ts'
import { isReady } from '../../cluster/apimachinery/pods.ts'
import type { World } from '../harness/cluster-fixture.ts'
import { activePods, eventsOf, podSpec, rolledOut, type Scenario, scenario, webDeployment } from './scenario.ts'

const node = ({ api }: World, name: string) => api.get('v1 Node', { name })
const ready = (object: Node) => object.status.conditions?.find(({ type }) => type === 'Ready')
const taints = (object: Node) => (object.spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).sort()

const LOST = ['node.kubernetes.io/unreachable:NoExecute', 'node.kubernetes.io/unreachable:NoSchedule']

/** Time in which a node that reports no more is noticed. */
const NOTICED_MS = 70_000

const isLost = (world: World, name: string) =>
  world.eventually(`${name} is lost`, async () => ready(await node(world, name))?.status === 'Unknown')

async function pinned(world: World, name: string, spec: object = {}): Promise<Pod> {
  const metadata = { name, namespace: world.namespace, labels: { app: name } }
  const [first = ''] = world.nodes
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: podSpec('app:1', { nodeName: first, ...spec }) }
  await world.api.create('v1 Pod', pod)
  return world.eventually(`${name} is ready`, async () => {
    const live = await world.api.get('v1 Pod', metadata)
    return isReady(live) && live
  })
}

const tolerating = (tolerationSeconds?: number) => ({
  tolerations: ['not-ready', 'unreachable'].map((key) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoExecute',
    ...(tolerationSeconds !== undefined && { tolerationSeconds }),
  })),
})

export const nodeScenarios: readonly Scenario[] = [
  scenario('a silent node becomes unknown, and its pods are moved when they no longer tolerate it', async (world) => {
    const [first = ''] = world.nodes
    const template = { metadata: { labels: { app: 'web' } }, spec: podSpec('app:1', tolerating(60)) }
    await world.api.create('apps/v1 Deployment', webDeployment(world, { template }))
    await rolledOut(world)
    const there = (await activePods(world)).find(({ spec }) => spec.nodeName === first)
    assert.ok(there)
    world.kubelet.silence(first)
    await world.pass(NOTICED_MS)
    await isLost(world, first)
    const lost = await world.eventually('it is tainted', async () => {
      const object = await node(world, first)
      return taints(object).length === 2 && object
    })
    assert.is(ready(lost)?.reason, 'NodeStatusUnknown')
    assert.is(ready(lost)?.message, 'Kubelet stopped posting node status.')
    assert.equal(taints(lost), LOST)
    await world.eventually('its pod is not ready', async () => !isReady(await world.api.get('v1 Pod', there.metadata)))
    assert.is((await world.api.get('v1 Pod', there.metadata)).metadata.deletionTimestamp, undefined)
    const told = await world.eventually('it is told', async () => {
      const events = await eventsOf(world, 'Node', first, 'default')
      return events.some((event) => event.includes('NodeNotReady')) && events
    })
    assert.ok(told.includes(`Normal NodeNotReady Node ${first} status is now: NodeNotReady`))
    assert.ok(told.includes(`Normal RegisteredNode Node ${first} event: Registered Node ${first} in Controller`))
    await world.pass(60_000)
    const going = await world.eventually('it is evicted', async () => {
      const pod = await world.api.get('v1 Pod', there.metadata)
      return pod.metadata.deletionTimestamp !== undefined && pod
    })
    const target = going.status.conditions?.find(({ type }) => type === 'DisruptionTarget')
    assert.equal(
      [target?.status, target?.reason, target?.message],
      ['True', 'DeletionByTaintManager', 'Taint manager: deleting due to NoExecute taint'],
    )
    const { name, namespace } = there.metadata
    const evicted = await eventsOf(world, 'Pod', name)
    assert.ok(
      evicted.includes(`Normal TaintManagerEviction Marking for deletion Pod ${namespace}/${name}`),
      evicted.join('\n'),
    )
    await world.eventually('three run elsewhere', async () => {
      const pods = (await activePods(world)).filter(isReady)
      return pods.length === 3 && pods.every(({ spec }) => spec.nodeName !== first)
    })
  }),

  scenario('a node that reports again loses its taints, and what tolerated them stays', async (world) => {
    const [first = ''] = world.nodes
    const pod = await pinned(world, 'patient', tolerating(300))
    world.kubelet.silence(first)
    await world.pass(NOTICED_MS)
    await isLost(world, first)
    await world.pass(20_000)
    await world.kubelet.wake(first)
    await world.eventually('no taint is left', async () => taints(await node(world, first)).length === 0)
    await world.eventually('the pod is ready again', async () => isReady(await world.api.get('v1 Pod', pod.metadata)))
    const { name, namespace } = pod.metadata
    const cancelled = `Normal TaintManagerEviction Cancelling deletion of Pod ${namespace}/${name}`
    await world.eventually('it is told', async () => (await eventsOf(world, 'Pod', name)).includes(cancelled))
    await world.pass(300_000)
    assert.is((await world.api.get('v1 Pod', pod.metadata)).metadata.deletionTimestamp, undefined)
  }),

  scenario('a taint NoExecute evicts at once what does not tolerate it, and nothing else', async (world) => {
    const [first = ''] = world.nodes
    const plain = await pinned(world, 'plain')
    const hardy = await pinned(world, 'hardy', { tolerations: [{ key: 'fire', operator: 'Exists' }] })
    const body = { spec: { taints: [{ key: 'fire', value: 'yes', effect: 'NoExecute' }] } }
    await world.api.patch('v1 Node', { name: first }, { type: 'merge', body })
    await world.eventually('the plain one is gone', async () => {
      const { items } = await world.api.list('v1 Pod', { namespace: world.namespace })
      return items.length === 1
    })
    await world.pass(5_000)
    assert.is((await world.api.get('v1 Pod', hardy.metadata)).metadata.uid, hardy.metadata.uid)
    assert.ok(plain)
    await world.api.patch('v1 Node', { name: first }, { type: 'merge', body: { spec: { taints: null } } })
  }),

  scenario('when all nodes are lost no pod is evicted', async (world) => {
    const pod = await pinned(world, 'alone', tolerating(10))
    for (const name of world.nodes) world.kubelet.silence(name)
    await world.pass(NOTICED_MS)
    for (const name of world.nodes) await isLost(world, name)
    await world.pass(60_000)
    for (const name of world.nodes) {
      const own = taints(await node(world, name))
      assert.not(
        own.some((taint) => taint.endsWith(':NoExecute')),
        own.join(),
      )
    }
    assert.is((await world.api.get('v1 Pod', pod.metadata)).metadata.deletionTimestamp, undefined)
    for (const name of world.nodes) await world.kubelet.wake(name)
  }),

  scenario('a cordoned node is tainted, and an uncordoned one is not', async (world) => {
    const [first = ''] = world.nodes
    const cordon = (unschedulable: boolean) =>
      world.api.patch('v1 Node', { name: first }, { type: 'merge', body: { spec: { unschedulable } } })
    await cordon(true)
    await world.eventually('it is tainted', async () => {
      return taints(await node(world, first)).join() === 'node.kubernetes.io/unschedulable:NoSchedule'
    })
    await cordon(false)
    await world.eventually('it is not', async () => taints(await node(world, first)).length === 0)
  }),

  scenario('pods of a node that is gone are forgotten, but not before it is certain', async (world) => {
    const [first = ''] = world.nodes
    const pod = await pinned(world, 'left')
    world.kubelet.silence(first)
    await world.api.delete('v1 Node', { name: first })
    await world.pass(20_000)
    assert.ok(await world.api.get('v1 Pod', pod.metadata))
    await world.pass(30_000)
    await world.eventually('it is gone', async () => {
      const { items } = await world.api.list('v1 Pod', { namespace: world.namespace })
      return items.length === 0
    })
  }),

  scenario('a deleted pod that never had a node is gone at once', async (world) => {
    const metadata = { name: 'nowhere', namespace: world.namespace, finalizers: ['example.com/hold'] }
    const spec = podSpec('app:1', { nodeSelector: { place: 'nowhere' } })
    await world.api.create('v1 Pod', { apiVersion: 'v1', kind: 'Pod', metadata, spec })
    await world.api.delete('v1 Pod', metadata)
    await world.eventually(
      'it is marked',
      async () => (await world.api.get('v1 Pod', metadata)).status.phase === 'Failed',
    )
    await world.api.patch('v1 Pod', metadata, { type: 'merge', body: { metadata: { finalizers: null } } })
    await world.eventually('it is gone', async () => {
      const { items } = await world.api.list('v1 Pod', { namespace: world.namespace })
      return items.length === 0
    })
  }),
]
