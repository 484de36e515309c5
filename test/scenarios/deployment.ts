import * as assert from 'uvu/assert'
import {
  activePods,
  change,
  eventsOf,
  rolledOut,
  type Scenario,
  scenario,
  setImage,
  sets,
  web,
  webDeployment,
} from './scenario.ts'

const conditionOf = (deployment: Awaited<ReturnType<typeof web>>, type: string) =>
  deployment.status.conditions?.find((condition) => condition.type === type)

export const deploymentScenarios: readonly Scenario[] = [
  scenario('a deployment makes a ReplicaSet, which makes pods on all nodes', async (world) => {
    await world.api.create('apps/v1 Deployment', webDeployment(world))
    const deployment = await rolledOut(world)
    const [set] = await sets(world)
    const hash = set?.metadata.labels?.['pod-template-hash']
    assert.match(hash ?? '', /^[bcdfghjklmnpqrstvwxz2456789]{6,10}$/)
    assert.is(set?.metadata.name, `web-${hash}`)
    assert.equal(set?.metadata.annotations, {
      'deployment.kubernetes.io/desired-replicas': '3',
      'deployment.kubernetes.io/max-replicas': '4',
      'deployment.kubernetes.io/revision': '1',
    })
    assert.is(deployment.metadata.annotations?.['deployment.kubernetes.io/revision'], '1')
    const pods = await activePods(world)
    assert.equal(pods.map(({ spec }) => spec.nodeName).sort(), [...world.nodes].sort())
    for (const { metadata } of pods) {
      assert.ok(metadata.name.startsWith(`web-${hash}-`))
      assert.is(metadata.labels?.['pod-template-hash'], hash)
    }
    await world.eventually('all is told', async () => (await eventsOf(world, 'ReplicaSet', `web-${hash}`)).length === 3)
    assert.equal(await eventsOf(world, 'Deployment', 'web'), [
      `Normal ScalingReplicaSet Scaled up replica set web-${hash} from 0 to 3`,
    ])
    const told = await eventsOf(world, 'ReplicaSet', `web-${hash}`)
    assert.equal(
      [...told].sort(),
      pods.map(({ metadata }) => `Normal SuccessfulCreate Created pod: ${metadata.name}`).sort(),
    )
    const settled = await world.eventually('progress is complete', async () => {
      const now = await web(world)
      return conditionOf(now, 'Progressing')?.reason === 'NewReplicaSetAvailable' && now
    })
    assert.is(conditionOf(settled, 'Progressing')?.message, `ReplicaSet "web-${hash}" has successfully progressed.`)
    assert.is(conditionOf(settled, 'Available')?.message, 'Deployment has minimum availability.')
  }),

  scenario('a deleted pod is replaced; one of a scaled-down set is not', async (world) => {
    await world.api.create('apps/v1 Deployment', webDeployment(world))
    await rolledOut(world)
    const [victim] = await activePods(world)
    assert.ok(victim)
    await world.api.delete('v1 Pod', victim.metadata)
    await world.eventually('another pod is there', async () => {
      const pods = await activePods(world)
      return pods.length === 3 && pods.every(({ metadata }) => metadata.uid !== victim.metadata.uid)
    })
    await change(world, { spec: { replicas: 1 } })
    await rolledOut(world)
    await world.pass(5_000)
    assert.is((await activePods(world)).length, 1)
  }),

  scenario('a rolling update keeps to its surge and never lacks more pods than allowed', async (world) => {
    await world.api.create('apps/v1 Deployment', webDeployment(world, { replicas: 4 }))
    await rolledOut(world)
    await setImage(world, 'app:2')
    let most = 0
    let least = 4
    await world.eventually('the update is complete', async () => {
      const all = await sets(world)
      most = Math.max(
        most,
        all.reduce((sum, { spec }) => sum + (spec.replicas ?? 0), 0),
      )
      least = Math.min(
        least,
        all.reduce((sum, { status }) => sum + (status.availableReplicas ?? 0), 0),
      )
      const { status, metadata } = await web(world)
      return status.observedGeneration === metadata.generation && status.updatedReplicas === 4 && status.replicas === 4
    })
    assert.ok(most <= 5, `at most 5 pods, not ${most}`)
    assert.ok(least >= 3, `at least 3 available, not ${least}`)
    const [old, fresh] = await sets(world)
    assert.is(old?.spec.replicas, 0)
    assert.is(fresh?.metadata.annotations?.['deployment.kubernetes.io/revision'], '2')
    assert.is((await rolledOut(world)).metadata.annotations?.['deployment.kubernetes.io/revision'], '2')
  }),

  scenario('undoing a rollout uses the old ReplicaSet again, as the newest revision', async (world) => {
    await world.api.create('apps/v1 Deployment', webDeployment(world))
    await rolledOut(world)
    const [first] = await sets(world)
    await setImage(world, 'app:2')
    await rolledOut(world)
    await setImage(world, 'app:1')
    const deployment = await rolledOut(world)
    const all = await sets(world)
    assert.is(all.length, 2)
    const newest = all.at(-1)
    assert.is(newest?.metadata.uid, first?.metadata.uid)
    assert.is(newest?.metadata.annotations?.['deployment.kubernetes.io/revision'], '3')
    assert.is(newest?.metadata.annotations?.['deployment.kubernetes.io/revision-history'], '1')
    assert.is(deployment.metadata.annotations?.['deployment.kubernetes.io/revision'], '3')
  }),

  scenario('a rollout that does not get ready stops at its surge and misses its deadline', async (world) => {
    await world.api.create('apps/v1 Deployment', webDeployment(world, { progressDeadlineSeconds: 20 }))
    await rolledOut(world)
    await change(world, { spec: { template: { metadata: { labels: { broken: 'yes' } } } } })
    const late = await world.eventually('the deadline is missed', async () => {
      const deployment = await web(world)
      return conditionOf(deployment, 'Progressing')?.reason === 'ProgressDeadlineExceeded' && deployment
    })
    const [, fresh] = await sets(world)
    const progressing = conditionOf(late, 'Progressing')
    assert.is(progressing?.status, 'False')
    assert.is(progressing?.message, `ReplicaSet "${fresh?.metadata.name}" has timed out progressing.`)
    const { replicas, updatedReplicas, availableReplicas, unavailableReplicas } = late.status
    assert.equal([replicas, updatedReplicas, availableReplicas, unavailableReplicas], [4, 1, 3, 1])
    assert.is(conditionOf(late, 'Available')?.status, 'True')
    // The cure ends it.
    await change(world, { spec: { template: { metadata: { labels: { broken: null } } } } })
    await rolledOut(world)
    await world.eventually(
      'progress is told',
      async () => conditionOf(await web(world), 'Progressing')?.status === 'True',
    )
  }),

  scenario('scaling in the middle of a rollout shares the new pods out', async (world) => {
    await world.api.create('apps/v1 Deployment', webDeployment(world))
    await rolledOut(world)
    await change(world, { spec: { template: { metadata: { labels: { broken: 'yes' } } } } })
    await world.eventually('the rollout is stuck', async () => (await web(world)).status.updatedReplicas === 1)
    await change(world, { spec: { replicas: 10 } })
    // As seen on Kubernetes 1.34: 8 old ones and 5 new ones.
    await world.eventually('all sets have grown', async () => {
      const sizes = (await sets(world)).map(({ spec }) => spec.replicas)
      return sizes[0] === 8 && sizes[1] === 5
    })
  }),

  scenario('a paused deployment does not roll out, but scales; resumed, it rolls out', async (world) => {
    await world.api.create('apps/v1 Deployment', webDeployment(world))
    await rolledOut(world)
    await change(world, { spec: { paused: true } })
    await world.eventually(
      'it is told',
      async () => conditionOf(await web(world), 'Progressing')?.reason === 'DeploymentPaused',
    )
    await setImage(world, 'app:2')
    await change(world, { spec: { replicas: 5 } })
    await world.eventually('it is scaled', async () => (await web(world)).status.availableReplicas === 5)
    assert.is((await sets(world)).length, 1)
    assert.is(conditionOf(await web(world), 'Progressing')?.message, 'Deployment is paused')
    await change(world, { spec: { paused: false } })
    await rolledOut(world)
    assert.is((await sets(world)).length, 2)
  }),

  scenario('Recreate ends all old pods before it starts a new one', async (world) => {
    await world.api.create('apps/v1 Deployment', webDeployment(world, { strategy: { type: 'Recreate' } }))
    await rolledOut(world)
    await setImage(world, 'app:2')
    let together = false
    await world.eventually('the update is complete', async () => {
      const { items } = await world.api.list('v1 Pod', { namespace: world.namespace })
      const images = new Set(items.map(({ spec }) => spec.containers[0]?.image))
      together ||= images.size > 1
      const { status, metadata } = await web(world)
      return status.observedGeneration === metadata.generation && status.updatedReplicas === 3
    })
    assert.not(together, 'old and new pods never ran together')
  }),

  scenario('old ReplicaSets beyond the history limit are deleted', async (world) => {
    await world.api.create('apps/v1 Deployment', webDeployment(world, { replicas: 1, revisionHistoryLimit: 1 }))
    await rolledOut(world)
    for (const image of ['app:2', 'app:3', 'app:4']) {
      await setImage(world, image)
      await rolledOut(world)
    }
    await world.eventually('two sets are left', async () => (await sets(world)).length === 2)
    await world.pass(5_000)
    const revisions = (await sets(world)).map(
      ({ metadata }) => metadata.annotations?.['deployment.kubernetes.io/revision'],
    )
    assert.equal(revisions, ['3', '4'])
  }),

  scenario('a pod counts as available only after minReadySeconds', async (world) => {
    await world.api.create('apps/v1 Deployment', webDeployment(world, { minReadySeconds: 50 }))
    const ready = await world.eventually('all pods are ready', async () => {
      const deployment = await web(world)
      return deployment.status.readyReplicas === 3 && deployment
    })
    assert.is(ready.status.availableReplicas ?? 0, 0)
    await rolledOut(world)
  }),
]
