import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import type { EndpointSlice, Pod, Service } from '../../apimachinery/objects.ts'
import { planSlices } from './slices.ts'

const test = suite('endpoint slices')

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { clusterIP: '10.96.0.7', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 3000 }] },
} as unknown as Service

const pods = (from: number, to: number): Pod[] =>
  Array.from({ length: to - from }, (_, index) => {
    const number = from + index
    const conditions = [{ type: 'Ready', status: 'True' }]
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `web-${number}`, namespace: 'default', uid: `uid-${number}` },
      spec: { nodeName: 'node-1', containers: [{ name: 'server' }] },
      status: { podIP: `10.244.${number >> 8}.${number & 255}`, conditions },
    } as unknown as Pod
  })

/** The plan as slices that are there. */
const made = (wanted: ReturnType<typeof planSlices>['wanted']): EndpointSlice[] =>
  wanted.map(({ ports, endpoints, present }, index) => {
    const metadata = present?.metadata ?? { name: `web-${index}`, namespace: 'default' }
    return { metadata, addressType: 'IPv4', ports, endpoints } as unknown as EndpointSlice
  })

const sizes = (slices: readonly { endpoints?: readonly unknown[] }[]) =>
  slices.map(({ endpoints }) => endpoints?.length ?? 0)

test('a hundred endpoints fit in a slice, one more begins another', () => {
  assert.equal(sizes(planSlices(service, pods(0, 100), []).wanted), [100])
  assert.equal(sizes(planSlices(service, pods(0, 101), []).wanted), [100, 1])
  assert.equal(sizes(planSlices(service, pods(0, 250), []).wanted), [100, 100, 50])
})

test('endpoints stay in their slice, and new ones go where there is room', () => {
  const present = made(planSlices(service, pods(0, 250), []).wanted)
  const { wanted, surplus } = planSlices(service, [...pods(10, 250), ...pods(300, 320)], present)
  assert.is(surplus.length, 0)
  assert.is(wanted.length, 3)
  assert.ok(wanted.every(({ present: slice }) => slice))
  const second = wanted.find(({ present: slice }) => slice === present[1])
  assert.equal(second?.endpoints, present[1]?.endpoints)
  assert.is(
    sizes(wanted).reduce((sum, size) => sum + size, 0),
    260,
  )
  assert.ok(sizes(wanted).every((size) => size <= 100))
})

test('a slice whose endpoints are all gone is surplus, but one is always kept', () => {
  const present = made(planSlices(service, pods(0, 150), []).wanted)
  const fewer = planSlices(service, pods(0, 100), present)
  assert.equal([fewer.wanted.length, fewer.surplus], [1, [present[1]]])
  const none = planSlices(service, [], present)
  assert.equal([sizes(none.wanted), none.surplus.length], [[0], 1])
})

test.run()
