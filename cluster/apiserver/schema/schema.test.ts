import * as assert from 'uvu/assert'
import { suite } from '../../../test/harness/suite.ts'
import { describe, kindNames, typeOf, type ValueType } from './schema.ts'

const test = suite('schema')

function fieldAt(kind: string, path: string) {
  let value: ValueType | undefined = { is: 'object', type: typeOf(kind) as never }
  let field: ReturnType<NonNullable<ReturnType<typeof typeOf>>['fields']['get']>
  for (const part of path.split('.')) {
    while (value?.is === 'list' || value?.is === 'map') value = value.is === 'list' ? value.items : value.values
    field = value?.is === 'object' ? value.type.fields.get(part) : undefined
    value = field?.type
  }
  return field
}

test('knows what client-node and the facts know of a field', () => {
  const containers = fieldAt('apps/v1 Deployment', 'spec.template.spec.containers')
  assert.is(containers?.required, true)
  assert.is(containers?.type.is, 'list')
  assert.is(containers?.patchMergeKey, 'name')
  assert.equal(containers?.listMapKeys, ['name'])
  assert.equal(fieldAt('v1 Pod', 'spec.containers.resources.limits')?.type, {
    is: 'map',
    values: { is: 'scalar', scalar: 'string', format: 'quantity' },
  })
  assert.equal(fieldAt('v1 Service', 'spec.ports.targetPort')?.type, {
    is: 'scalar',
    scalar: 'any',
    format: 'int-or-string',
  })
  assert.equal(fieldAt('v1 Pod', 'spec.volumes')?.patchStrategies, ['merge', 'retainKeys'])
  assert.ok(fieldAt('v1 Pod', 'spec.restartPolicy')?.enum?.includes('OnFailure'))
})

test('has no field that Kubernetes does not have, and nothing is required that is not', () => {
  assert.is(fieldAt('v1 Pod', 'spec.container'), undefined)
  assert.is(fieldAt('v1 ConfigMap', 'data')?.required, false)
  assert.is(typeOf('v1 Nope'), undefined)
})

test('tells types of the same name apart', () => {
  assert.match(String(typeOf('v1 Event')?.name), 'core.v1.Event')
  const port = fieldAt('discovery.k8s.io/v1 EndpointSlice', 'ports')?.type
  assert.is(
    port?.is === 'list' && port.items.is === 'object' && port.items.type.name,
    'io.k8s.api.discovery.v1.EndpointPort',
  )
  const other = fieldAt('v1 Endpoints', 'subsets.ports')?.type
  assert.is(
    other?.is === 'list' && other.items.is === 'object' && other.items.type.name,
    'io.k8s.api.core.v1.EndpointPort',
  )
})

test('says what fields mean', () => {
  assert.match(describe(typeOf('v1 ConfigMap') as never, 'data'), /configuration data/)
  assert.match(describe(typeOf('apps/v1 Deployment') as never), /Deployment/)
  assert.ok(kindNames().includes('autoscaling/v1 Scale'))
})

test.run()
