import * as assert from 'uvu/assert'
import type { Deployment } from '../../cluster/apimachinery/objects.ts'
import { NAMESPACE, Stage, type StagedObject } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import { objectsOf } from '../files/parse.ts'
import { SourceFile } from '../files/source-file.ts'
import { declares } from './declares.ts'
import { outcomeOf } from './live.ts'
import { ownDelays } from './own-delays.ts'
import { rollout } from './rollout.ts'

const test = suite('a rollout, and what the file says of it')

/** Three living pods, and a file that says so, or not. */
async function found(spec: string): Promise<string> {
  const stage = new Stage()
  stage.deployment('a', 3)
  const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {${spec}}\n`
  const { objects: manifests } = objectsOf(new SourceFile('a.yaml', text))
  const outcome = await outcomeOf(rollout('deployment/a', { replicas: 3 }), stage.live({ manifests }))
  return 'code' in outcome ? `${outcome.code}: ${outcome.measured}` : outcome.verdict
}

test('a number that a command set and no file says is not the answer’s', async () => {
  assert.is(await found('replicas: 3'), 'passed')
  assert.match(await found(''), /^live-replicas: 1 of 3/)
})

test('a rollout that nobody works on is not settled; one whose pods run and do not get ready is missed', async () => {
  const course = async (phase: string) => {
    const stage = new Stage()
    stage.deployment('a', 2, { updatedReplicas: 1 })
    stage.pod('a', 'a-3', { status: { phase, conditions: [], containerStatuses: [] } })
    return (await outcomeOf(rollout('deployment/a', { within: 5 }), stage.live())).verdict
  }
  assert.is(await course('Pending'), 'unsettled')
  assert.is(await course('Running'), 'missed')
})

test('of an update that is stuck the old pods are not counted as ready', async () => {
  const stage = new Stage()
  stage.deployment('a', 3, { updatedReplicas: 1, readyReplicas: 3 })
  stage.olderSet('a', 'a-older')
  for (const name of ['a-1', 'a-2', 'a-3']) {
    stage.pod('a', `old-${name}`, { set: 'a-older' })
    stage.changePod(name, (pod) => {
      pod.status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] }
    })
  }
  const outcome = await outcomeOf(rollout('deployment/a', { within: 5 }), stage.live())
  assert.match('measured' in outcome ? outcome.measured : '', /^0 of 3 ready/)
})

test('a label that a command set and no file says is not the answer’s, either', async () => {
  const label = async (metadata: string) => {
    const stage = new Stage()
    stage.deployment('a', 1)
    const object = stage.objects.get(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/a`) as StagedObject
    Object.assign(object.metadata, { labels: { team: 'evening' } })
    const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a${metadata}}\nspec: {}\n`
    const { objects: manifests } = objectsOf(new SourceFile('a.yaml', text))
    const probe = declares('deployment/a', 'metadata.labels.team', 'evening', (team) => team === 'evening')
    const outcome = await outcomeOf(probe, stage.live({ manifests }))
    return outcome.verdict === 'missed' ? outcome.measured : outcome.verdict
  }
  assert.is(await label(', labels: {team: evening}'), 'passed')
  assert.match(await label(''), 'by a command, and in no file')
})

const slow = (replicas: number, spec: object, container: object) =>
  ownDelays({
    spec: { replicas, ...spec, template: { spec: { containers: [{ name: 'a', ...container }] } } },
  } as unknown as Deployment)

test('who asks for slow pods gets the time for them, one after another', () => {
  assert.is(slow(3, {}, {}), 0)
  assert.is(slow(3, {}, { readinessProbe: { periodSeconds: 30 } }), 0)
  assert.is(slow(3, { minReadySeconds: 20 }, {}), 60_000)
  assert.is(slow(2, {}, { readinessProbe: { initialDelaySeconds: 15, periodSeconds: 5 } }), 40_000)
})

test.run()
