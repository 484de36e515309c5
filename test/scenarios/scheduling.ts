import * as assert from 'uvu/assert'
import type { Pod } from '../../cluster/apimachinery/objects.ts'
import { podCondition } from '../../cluster/apimachinery/pods.ts'
import type { World } from '../harness/cluster-fixture.ts'
import { eventsOf, podSpec, type Scenario, scenario } from './scenario.ts'

const POSTSCRIPT = 'no new claims to deallocate, preemption: 0/3 nodes are available'

const pod = (world: World, name: string, spec: object = {}, labels: Record<string, string> = {}) => {
  const metadata = { name, namespace: world.namespace, labels }
  return world.api.create('v1 Pod', { apiVersion: 'v1', kind: 'Pod', metadata, spec: podSpec('app:1', spec) })
}

const requesting = (requests: Record<string, string>) => ({
  containers: [{ name: 'server', image: 'app:1', resources: { requests } }],
})

const live = ({ api, namespace }: World, name: string) => api.get('v1 Pod', { namespace, name })

const placed = (world: World, name: string): Promise<string> =>
  world.eventually(`${name} has a node`, async () => (await live(world, name)).spec.nodeName)

const refused = (world: World, name: string): Promise<Pod> =>
  world.eventually(`${name} is refused`, async () => {
    const object = await live(world, name)
    return podCondition(object, 'PodScheduled')?.reason === 'Unschedulable' && object
  })

const message = (object: Pod) => podCondition(object, 'PodScheduled')?.message

const labelled = (world: World, index: number, labels: Record<string, string>) =>
  world.api.patch('v1 Node', { name: world.nodes[index] ?? '' }, { type: 'merge', body: { metadata: { labels } } })

export const schedulingScenarios: readonly Scenario[] = [
  scenario('three pods on three empty nodes land on three nodes', async (world) => {
    for (const name of ['one', 'two', 'three']) await pod(world, name)
    const nodes = [await placed(world, 'one'), await placed(world, 'two'), await placed(world, 'three')]
    assert.equal([...nodes].sort(), [...world.nodes].sort())
    const told = `Normal Scheduled Successfully assigned ${world.namespace}/one to ${nodes[0]}`
    await world.eventually('it is told', async () => (await eventsOf(world, 'Pod', 'one')).includes(told))
    const condition = podCondition(await live(world, 'one'), 'PodScheduled')
    assert.is(condition?.status, 'True')
  }),

  scenario('a pod that is too large is refused in words, and placed when there is room', async (world) => {
    const half = requesting({ cpu: '2500m' })
    for (const name of ['one', 'two', 'three']) await pod(world, name, half)
    for (const name of ['one', 'two', 'three']) await placed(world, name)
    await pod(world, 'four', half)
    const victims = '3 No preemption victims found for incoming pod'
    assert.is(
      message(await refused(world, 'four')),
      `0/3 nodes are available: 3 Insufficient cpu. ${POSTSCRIPT}: ${victims}.`,
    )
    const told = await world.eventually('it is told', async () => (await eventsOf(world, 'Pod', 'four'))[0])
    assert.is(told, `Warning FailedScheduling 0/3 nodes are available: 3 Insufficient cpu. ${POSTSCRIPT}: ${victims}.`)
    const freed = await placed(world, 'two')
    await world.api.delete('v1 Pod', { namespace: world.namespace, name: 'two' })
    assert.is(await placed(world, 'four'), freed)
  }),

  scenario('each node is told by its own reason', async (world) => {
    const [first = '', second = '', third = ''] = world.nodes
    const { api } = world
    await api.patch(
      'v1 Node',
      { name: second },
      { type: 'merge', body: { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } } },
    )
    await api.patch('v1 Node', { name: third }, { type: 'merge', body: { spec: { unschedulable: true } } })
    await world.pass(1_000)
    await pod(world, 'huge', requesting({ cpu: '64', memory: '1Ti' }))
    const reasons =
      '1 Insufficient cpu, 1 Insufficient memory, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable'
    const helpless = '3 Preemption is not helpful for scheduling'
    assert.is(message(await refused(world, 'huge')), `0/3 nodes are available: ${reasons}. ${POSTSCRIPT}: ${helpless}.`)
    await pod(world, 'small')
    assert.is(await placed(world, 'small'), first)
    await api.patch('v1 Node', { name: second }, { type: 'merge', body: { spec: { taints: null } } })
    await api.patch('v1 Node', { name: third }, { type: 'merge', body: { spec: { unschedulable: null } } })
  }),

  scenario('a node selector and node affinity decide, and a label set later helps', async (world) => {
    await labelled(world, 1, { disk: 'fast' })
    await pod(world, 'fast', { nodeSelector: { disk: 'fast' } })
    assert.is(await placed(world, 'fast'), world.nodes[1])
    await pod(world, 'slow', { nodeSelector: { disk: 'slow' } })
    const reason = "3 node(s) didn't match Pod's node affinity/selector"
    const helpless = '3 Preemption is not helpful for scheduling'
    assert.is(message(await refused(world, 'slow')), `0/3 nodes are available: ${reason}. ${POSTSCRIPT}: ${helpless}.`)
    const prefer = {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 100, preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['fast'] }] } },
      ],
    }
    for (const name of ['p1', 'p2', 'p3']) {
      await pod(world, name, { affinity: { nodeAffinity: prefer } })
      assert.is(await placed(world, name), world.nodes[1])
    }
    await labelled(world, 2, { disk: 'slow' })
    assert.is(await placed(world, 'slow'), world.nodes[2])
  }),

  scenario('host ports are taken once per node', async (world) => {
    const containers = [{ name: 'server', image: 'app:1', ports: [{ containerPort: 80, hostPort: 8080 }] }]
    for (const name of ['one', 'two', 'three']) await pod(world, name, { containers })
    const nodes = [await placed(world, 'one'), await placed(world, 'two'), await placed(world, 'three')]
    assert.is(new Set(nodes).size, 3)
    await pod(world, 'four', { containers })
    const reason = "3 node(s) didn't have free ports for the requested pod ports"
    assert.ok(message(await refused(world, 'four'))?.startsWith(`0/3 nodes are available: ${reason}. `))
  }),

  scenario('pods keep apart and together as their affinity says', async (world) => {
    const apart = (app: string) => ({
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } },
          ],
        },
      },
    })
    for (const name of ['a1', 'a2', 'a3']) await pod(world, name, apart('a'), { app: 'a' })
    const nodes = [await placed(world, 'a1'), await placed(world, 'a2'), await placed(world, 'a3')]
    assert.is(new Set(nodes).size, 3)
    await pod(world, 'a4', apart('a'), { app: 'a' })
    assert.match(message(await refused(world, 'a4')) ?? '', /3 node\(s\) didn't match pod anti-affinity rules/)
    const near = {
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'leader' } } },
          ],
        },
      },
    }
    await pod(world, 'follower', near)
    assert.match(message(await refused(world, 'follower')) ?? '', /3 node\(s\) didn't match pod affinity rules/)
    await pod(world, 'leader', {}, { app: 'leader' })
    assert.is(await placed(world, 'follower'), await placed(world, 'leader'))
  }),

  scenario('topology spread constraints hold', async (world) => {
    await labelled(world, 0, { zone: 'a' })
    await labelled(world, 1, { zone: 'a' })
    await labelled(world, 2, { zone: 'b' })
    await world.pass(1_000)
    const topologySpreadConstraints = [
      {
        maxSkew: 1,
        topologyKey: 'zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 's' } },
      },
    ]
    const names = ['s1', 's2', 's3', 's4']
    for (const name of names) await pod(world, name, { topologySpreadConstraints }, { app: 's' })
    const nodes: string[] = []
    for (const name of names) nodes.push(await placed(world, name))
    assert.is(nodes.filter((name) => name === world.nodes[2]).length, 2)
    await world.api.patch(
      'v1 Node',
      { name: world.nodes[2] ?? '' },
      { type: 'merge', body: { spec: { unschedulable: true } } },
    )
    await world.pass(1_000)
    await pod(world, 's5', { topologySpreadConstraints }, { app: 's' })
    await placed(world, 's5')
    await pod(world, 's6', { topologySpreadConstraints }, { app: 's' })
    const reasons = "1 node(s) were unschedulable, 2 node(s) didn't match pod topology spread constraints"
    assert.ok(
      message(await refused(world, 's6'))?.startsWith(`0/3 nodes are available: ${reasons}. `),
      message(await live(world, 's6')),
    )
    await world.api.patch(
      'v1 Node',
      { name: world.nodes[2] ?? '' },
      { type: 'merge', body: { spec: { unschedulable: null } } },
    )
    assert.is(await placed(world, 's6'), world.nodes[2])
  }),

  scenario('a gated pod waits, and one for another scheduler is left alone', async (world) => {
    await pod(world, 'gated', { schedulingGates: [{ name: 'example.com/wait' }] })
    await pod(world, 'foreign', { schedulerName: 'mine' })
    await pod(world, 'plain')
    await placed(world, 'plain')
    assert.is((await live(world, 'gated')).spec.nodeName, undefined)
    assert.is(podCondition(await live(world, 'gated'), 'PodScheduled')?.reason, 'SchedulingGated')
    const body = { spec: { schedulingGates: [] } }
    await world.api.patch('v1 Pod', { namespace: world.namespace, name: 'gated' }, { type: 'merge', body })
    await placed(world, 'gated')
    await world.pass(5_000)
    assert.is((await live(world, 'foreign')).spec.nodeName, undefined)
    assert.equal(await eventsOf(world, 'Pod', 'foreign'), [])
  }),

  scenario('a pod without a place is not tried again and again', async (world) => {
    await pod(world, 'stuck', { nodeSelector: { place: 'nowhere' } })
    await refused(world, 'stuck')
    await world.pass(60_000)
    const { items } = await world.api.list('v1 Event', { namespace: world.namespace })
    const own = items.filter(({ involvedObject }) => involvedObject.name === 'stuck')
    assert.is(own.length, 1)
    assert.is(own[0]?.reportingComponent, 'default-scheduler')
    assert.is(own[0]?.action, 'Scheduling')
    assert.is(own[0]?.series ?? undefined, undefined)
  }),
]
