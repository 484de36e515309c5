import * as assert from 'uvu/assert'
import { strategicMerge } from '../../cluster/apiserver/registry/strategic-merge.ts'
import { typeOf } from '../../cluster/apiserver/schema/schema.ts'
import { suite } from '../../test/harness/suite.ts'
import type { AnyObject } from '../cluster/objects.ts'
import type { JsonMap } from '../files/located.ts'
import { takenBack, withHands, writtenByHand } from './by-hand.ts'
import { threeWayPatch } from './three-way.ts'

const test = suite('what hands wrote')

const container = { name: 'server', image: 'a:1' }
const probe = { httpGet: { path: '/ready', port: 3000 } }
const file = { spec: { replicas: 3, template: { spec: { containers: [container] } } } }

type Noted = { readonly manager: string; readonly fieldsV1: object; readonly subresource?: string }

/** A Deployment whose container got a readiness probe, and which was paused, by whoever is noted. */
const living = (...managedFields: Noted[]) =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop', managedFields },
    spec: {
      replicas: 5,
      paused: true,
      template: { spec: { containers: [{ ...container, imagePullPolicy: 'IfNotPresent', readinessProbe: probe }] } },
    },
  }) as unknown as AnyObject

const containerFields = (fields: object) => ({
  'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"server"}': fields } } } },
})
const byPatch = { manager: 'kubectl-patch', fieldsV1: containerFields({ '.': {}, 'f:readinessProbe': {} }) }
const byPause = { manager: 'kubectl-rollout', fieldsV1: { 'f:spec': { 'f:paused': {} } } }
const byScale = { manager: 'kubectl', fieldsV1: { 'f:spec': { 'f:replicas': {} } }, subresource: 'scale' }
const byApply = { manager: 'kubectl-client-side-apply', fieldsV1: containerFields({ 'f:readinessProbe': {} }) }
const byController = { manager: 'kube-controller-manager', fieldsV1: containerFields({ 'f:readinessProbe': {} }) }
const byRestart = {
  manager: 'kubectl-rollout',
  fieldsV1: { 'f:spec': { 'f:template': { 'f:metadata': { 'f:annotations': { 'f:restartedAt': {} } } } } },
}

/** The object after the file was applied, with what hands wrote taken for what the file said before. */
function applied(live: AnyObject, next: JsonMap): AnyObject {
  const last = withHands(next, writtenByHand(live), live)
  const patch = threeWayPatch(live, { last, next, live })
  return strategicMerge(live, patch?.body ?? {}, typeOf('apps/v1 Deployment')) as AnyObject
}

test('what a command wrote and the file does not say goes, and is named', () => {
  const live = living(byPatch, byPause)
  const after = applied(live, file)
  assert.equal(after.spec, {
    replicas: 3,
    template: { spec: { containers: [{ ...container, imagePullPolicy: 'IfNotPresent' }] } },
  })
  assert.equal(takenBack(writtenByHand(live), file, live, after), [
    'spec.paused',
    'spec.template.spec.containers[server].readinessProbe',
  ])
})

test('what the file says too stays', () => {
  const live = living(byPatch)
  const next = { spec: { template: { spec: { containers: [{ ...container, readinessProbe: probe }] } } } }
  const after = applied(live, next)
  assert.equal(after.spec, live.spec)
  assert.equal(takenBack(writtenByHand(live), next, live, after), [])
})

test('what kubectl apply, a controller, kubectl scale or a restart wrote is nobody’s hand', () => {
  assert.equal(writtenByHand(living(byApply, byController, byScale, byRestart)), {})
  assert.equal(writtenByHand(living()), {})
})

test('data that a command put into a ConfigMap is not the file’s', () => {
  const fieldsV1 = { 'f:data': { '.': {}, 'f:GREETING': {} } }
  const live = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'shop', managedFields: [{ manager: 'kubectl-create', fieldsV1 }] },
    data: { GREETING: 'by hand', PORT: '3000' },
  } as unknown as AnyObject
  const hands = writtenByHand(live)
  assert.equal(hands, { data: { GREETING: 'by hand' } })
  const without = { ...live, data: { PORT: '3000' } }
  assert.equal(takenBack(hands, { data: { PORT: '3000' } }, live, without), ['data.GREETING'])
  assert.equal(takenBack(hands, { data: {} }, live, live), [], 'what the server put back by itself was not taken')
})

test.run()
