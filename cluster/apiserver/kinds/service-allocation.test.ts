import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import { ApiError } from '../../apimachinery/errors.ts'
import type { Service } from '../../apimachinery/objects.ts'
import { applyDefaults } from '../defaults/defaults.ts'
import type { Host } from './kind.ts'
import { service } from './service.ts'

const test = suite('service allocation')

function hostWith(services: readonly Service[] = [], dryRun = false): Host {
  return {
    now: () => 0,
    get: () => undefined,
    list: () => services as never,
    random: (length = 5) => '0'.repeat(length),
    dryRun,
  }
}

const draft = (name: string, spec: object) =>
  applyDefaults('v1 Service', { metadata: { name, namespace: 'n' }, spec: { ports: [{ port: 80 }], ...spec } })

function created(name: string, spec: object = {}, host = hostWith()): Service {
  const object = draft(name, spec)
  service.prepareForCreate?.(object, host)
  return object as unknown as Service
}

function updated(spec: object, last: Service): Service {
  const next = applyDefaults('v1 Service', { metadata: last.metadata, spec })
  service.prepareForUpdate?.(next, last, hostWith([last]))
  return next as unknown as Service
}

function refusal(attempt: () => unknown): string {
  try {
    attempt()
  } catch (error) {
    return error instanceof ApiError ? error.message : String(error)
  }
  return 'none'
}

test('two services have two addresses', () => {
  const one = created('one')
  const two = created('two', {}, hostWith([one]))
  assert.match(one.spec.clusterIP ?? '', /^10\.96\./)
  assert.equal(one.spec.clusterIPs, [one.spec.clusterIP])
  assert.is.not(one.spec.clusterIP, two.spec.clusterIP)
})

test('an address that is taken is refused, a free one is given', () => {
  const one = created('one', { clusterIP: '10.96.0.10' })
  assert.is(one.spec.clusterIP, '10.96.0.10')
  const again = refusal(() => created('two', { clusterIP: '10.96.0.10' }, hostWith([one])))
  assert.match(again, 'failed to allocate IP 10.96.0.10: provided IP is already allocated')
})

test('a headless service and a name have no address', () => {
  assert.equal(created('h', { clusterIP: 'None', selector: { a: 'b' } }).spec.clusterIPs, ['None'])
  assert.is(created('e', { type: 'ExternalName', externalName: 'a.example', ports: [] }).spec.clusterIP, undefined)
})

test('node ports are given to those who need them, and kept', () => {
  const nodePort = created('one', { type: 'NodePort' })
  const port = nodePort.spec.ports?.[0]?.nodePort ?? 0
  assert.ok(port >= 30_086 && port <= 32_767)
  assert.is(created('two').spec.ports?.[0]?.nodePort, undefined)
  assert.is(updated({ type: 'NodePort', ports: [{ port: 80 }] }, nodePort).spec.ports?.[0]?.nodePort, port)
  assert.is(updated({ ...nodePort.spec, type: 'ClusterIP' }, nodePort).spec.ports?.[0]?.nodePort, undefined)
})

test('a node port out of range or taken is refused', () => {
  const asked = (nodePort: number) => ({ type: 'NodePort', ports: [{ port: 80, nodePort }] })
  const one = created('one', asked(30_001))
  assert.match(
    refusal(() => created('two', asked(30_001), hostWith([one]))),
    'provided port is already allocated',
  )
  assert.match(
    refusal(() => created('two', asked(80))),
    'The range of valid ports is 30000-32767',
  )
})

test('an update that leaves the address out keeps it', () => {
  const one = created('one')
  assert.is(updated({ ports: [{ port: 81 }] }, one).spec.clusterIP, one.spec.clusterIP)
})

test('a dry run gives nothing out', () => {
  const dry = created('one', { type: 'NodePort' }, hostWith([], true))
  assert.is(dry.spec.clusterIP, '10.96.0.0')
  assert.is(dry.spec.ports?.[0]?.nodePort, 32_769)
})

test.run()
