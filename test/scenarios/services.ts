import * as assert from 'uvu/assert'
import type { EndpointSlice } from '../../cluster/apimachinery/objects.ts'
import type { World } from '../harness/cluster-fixture.ts'
import { activePods, podSpec, rolledOut, type Scenario, scenario, webDeployment } from './scenario.ts'

const service = ({ api, namespace }: World, name: string, spec: object, labels: Record<string, string> = {}) =>
  api.create('v1 Service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' as never }], ...spec },
  })

async function slices({ api, namespace }: World, name = 'web'): Promise<readonly EndpointSlice[]> {
  const labelSelector = `kubernetes.io/service-name=${name}`
  return (await api.list('discovery.k8s.io/v1 EndpointSlice', { namespace, labelSelector })).items
}

const ready = async (world: World, name?: string) =>
  (await slices(world, name)).flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready)

const endpoints = ({ api, namespace }: World, name = 'web') => api.get('v1 Endpoints', { namespace, name })

export const serviceScenarios: readonly Scenario[] = [
  scenario('the endpoints of a service are its ready pods', async (world) => {
    await service(world, 'web', {}, { tier: 'front' })
    await world.api.create('apps/v1 Deployment', webDeployment(world))
    await rolledOut(world)
    await world.eventually('three are ready', async () => (await ready(world)).length === 3)
    const [slice, ...others] = await slices(world)
    assert.is(others.length, 0)
    assert.equal(slice?.metadata.labels, {
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': 'web',
      tier: 'front',
    })
    assert.is(slice?.metadata.ownerReferences?.[0]?.kind, 'Service')
    assert.equal(slice?.ports, [{ name: 'http', port: 3000, protocol: 'TCP' }])
    const pods = await activePods(world)
    for (const { metadata, spec, status } of pods) {
      const endpoint = slice?.endpoints?.find(({ targetRef }) => targetRef?.uid === metadata.uid)
      assert.equal(endpoint, {
        addresses: [status.podIP],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: spec.nodeName,
        targetRef: { kind: 'Pod', name: metadata.name, namespace: metadata.namespace, uid: metadata.uid },
      })
    }
    const old = await world.eventually('Endpoints too', async () => {
      const object = await endpoints(world)
      return object.subsets?.[0]?.addresses?.length === 3 && object
    })
    assert.equal(old.subsets?.[0]?.ports, [{ name: 'http', port: 3000, protocol: 'TCP' }])
    assert.equal(old.metadata.labels, { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller', tier: 'front' })
  }),

  scenario('a pod that is not ready gets no traffic, and again when it is', async (world) => {
    await service(world, 'web', {})
    await world.api.create('apps/v1 Deployment', webDeployment(world, { replicas: 2 }))
    await rolledOut(world)
    await world.eventually('two are ready', async () => (await ready(world)).length === 2)
    const [sick] = await activePods(world)
    const usual = world.kubelet.readiness
    world.kubelet.readiness = (pod) => pod.metadata.uid !== sick?.metadata.uid && usual(pod)
    await world.kubelet.refresh()
    await world.eventually('one is left', async () => (await ready(world)).length === 1)
    const all = (await slices(world)).flatMap((slice) => slice.endpoints ?? [])
    const own = all.find(({ targetRef }) => targetRef?.uid === sick?.metadata.uid)
    assert.equal(own?.conditions, { ready: false, serving: false, terminating: false })
    await world.eventually('Endpoints say so', async () => {
      const [subset] = (await endpoints(world)).subsets ?? []
      return subset?.addresses?.length === 1 && subset.notReadyAddresses?.[0]?.targetRef?.uid === sick?.metadata.uid
    })
    world.kubelet.readiness = usual
    await world.kubelet.refresh()
    await world.eventually('two again', async () => (await ready(world)).length === 2)
  }),

  scenario('a service without pods has one empty slice, and one without a selector has none', async (world) => {
    await service(world, 'empty', { selector: { app: 'nothing' } })
    await service(world, 'manual', { selector: null })
    const slice = await world.eventually('the slice is there', async () => (await slices(world, 'empty'))[0])
    assert.equal(slice.endpoints ?? [], [])
    assert.equal(slice.ports ?? [], [])
    await world.eventually('Endpoints too', () => endpoints(world, 'empty'))
    await world.pass(2_000)
    assert.is((await slices(world, 'manual')).length, 0)
  }),

  scenario('a headless service publishes pods that are not ready, where it says so', async (world) => {
    await service(world, 'peers', { clusterIP: 'None', publishNotReadyAddresses: true, ports: [{ port: 3000 }] })
    await world.api.create('apps/v1 Deployment', webDeployment(world, {}, { broken: 'yes' }))
    await world.eventually('three are published', async () => (await ready(world, 'peers')).length === 3)
    const [slice] = await slices(world, 'peers')
    assert.is(slice?.metadata.labels?.['service.kubernetes.io/headless'], '')
    assert.equal(slice?.endpoints?.[0]?.conditions, { ready: true, serving: false, terminating: false })
    assert.equal(slice?.ports, [{ name: '', port: 3000, protocol: 'TCP' }])
  }),

  scenario('pods that map a named port differently are in slices of their own', async (world) => {
    const { api, namespace } = world
    await service(world, 'web', {})
    for (const containerPort of [3000, 4000]) {
      const metadata = { name: `port-${containerPort}`, namespace, labels: { app: 'web' } }
      const containers = [{ name: 'server', image: 'app:1', ports: [{ name: 'http', containerPort }] }]
      await api.create('v1 Pod', { apiVersion: 'v1', kind: 'Pod', metadata, spec: podSpec('app:1', { containers }) })
    }
    await world.eventually('both are ready', async () => (await ready(world)).length === 2)
    const ports = (await slices(world)).map((slice) => slice.ports?.[0]?.port).sort()
    assert.equal(ports, [3000, 4000])
  }),

  scenario('a terminating pod is told as such until it is gone', async (world) => {
    const { api, namespace } = world
    await service(world, 'web', {})
    const metadata = { name: 'held', namespace, labels: { app: 'web' }, finalizers: ['example.com/hold'] }
    await api.create('v1 Pod', { apiVersion: 'v1', kind: 'Pod', metadata, spec: podSpec() })
    await world.eventually('it is ready', async () => (await ready(world)).length === 1)
    await api.delete('v1 Pod', metadata)
    const endpoint = await world.eventually('it is terminating', async () => {
      const all = (await slices(world)).flatMap((slice) => slice.endpoints ?? [])
      return all.find(({ conditions }) => conditions?.terminating)
    })
    assert.equal(endpoint.conditions, { ready: false, serving: true, terminating: true })
    await api.patch('v1 Pod', metadata, { type: 'merge', body: { metadata: { finalizers: null } } })
    await world.eventually('it is gone', async () => (await slices(world)).every((slice) => !slice.endpoints?.length))
  }),

  scenario('deleting a service deletes its slices and Endpoints', async (world) => {
    const { api, namespace } = world
    await service(world, 'web', {})
    await world.eventually('both are there', async () => (await slices(world)).length === 1 && (await endpoints(world)))
    await api.delete('v1 Service', { namespace, name: 'web' })
    await world.eventually('both are gone', async () => {
      const { items } = await api.list('v1 Endpoints', { namespace })
      return (await slices(world)).length === 0 && items.length === 0
    })
  }),
]
